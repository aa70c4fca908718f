namespace Holdfast.Runtime.Groups;

/// <summary>
/// Which replicas must be given a tick when. With many quiet groups, asking each at every tick costs more than all that they have to do.
/// A timer that was put off stays where it was, and is looked at again then.
/// </summary>
internal sealed class TickSchedule
{
    /// <summary>A power of two, of ticks; what is due later is looked at before.</summary>
    private const int Length = 64;

    private readonly List<Replica>[] _slots = [.. Enumerable.Range(0, Length).Select(_ => new List<Replica>())];
    private long _done;

    /// <summary>Sees to it that a replica is taken when it is due. What is due already is taken at the next tick.</summary>
    public void Add(Replica replica)
    {
        long due = Math.Clamp(replica.Raft.Due, _done + 1, _done + Length - 1);
        if (due < replica.ScheduledTick)
        {
            replica.ScheduledTick = due;
            SlotOf(due).Add(replica);
        }
    }

    /// <summary>Takes all that is due at a tick or before; each is to be added again.</summary>
    public void TakeDue(long tick, List<Replica> due)
    {
        for (; _done < tick; _done++)
        {
            long at = _done + 1;
            List<Replica> slot = SlotOf(at);
            foreach (Replica replica in slot)
            {
                if (replica.ScheduledTick == at)
                {
                    replica.ScheduledTick = long.MaxValue;
                    due.Add(replica);
                }
            }

            slot.Clear();
        }
    }

    /// <summary>The first tick, up to <paramref name="limit"/>, at which a replica is due; else the limit.</summary>
    public long NextDue(long limit)
    {
        for (long tick = _done + 1; tick < limit; tick++)
        {
            PutOff(tick);
            if (SlotOf(tick).Count > 0)
            {
                return tick;
            }
        }

        return limit;
    }

    /// <summary>Moves what is not due any more at a tick to where it is.</summary>
    private void PutOff(long tick)
    {
        List<Replica> slot = SlotOf(tick);
        for (int i = slot.Count - 1; i >= 0; i--)
        {
            Replica replica = slot[i];
            bool isCurrent = replica.ScheduledTick == tick;
            if (isCurrent && replica.Raft.Due <= tick)
            {
                continue;
            }

            slot[i] = slot[^1];
            slot.RemoveAt(slot.Count - 1);
            if (isCurrent)
            {
                replica.ScheduledTick = long.MaxValue;
                Add(replica);
            }
        }
    }

    private List<Replica> SlotOf(long tick) => _slots[tick & (Length - 1)];
}
