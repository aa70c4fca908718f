using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>
/// Group time and what it does to keys. Time is part of the state and moves by commands alone, so replicas agree on what has expired, and
/// what has expired does not come back (DESIGN: Time).
/// </content>
public sealed partial class Keyspace
{
    /// <summary>Group time, in ms since the Unix epoch: that of the latest stamp applied, 0 before the first. Never goes back.</summary>
    public ulong TimeMs { get; private set; }

    /// <summary>
    /// When the next key expires, in ms of group time: an <see cref="CommandKind.Advance"/> is due then. 0 when no key expires.
    /// </summary>
    public ulong NextDeadlineMs => _state.Deadlines.FirstMs;

    /// <summary>How many keys have a deadline, those that have expired and were not removed yet included.</summary>
    public long ExpiringCount => _state.Deadlines.Count;

    private bool IsExpired(Record record) => record.DeadlineMs != 0 && record.DeadlineMs <= TimeMs;

    // Bounded by the limit, however many keys have expired: the owner goes on with the next command while there are more.
    private void Advance(in Command command, ref ApplyResult result)
    {
        for (uint left = command.Limit; left > 0; left--)
        {
            if (!_state.Deadlines.TryFirst(out Deadlines.Due due) || due.DeadlineMs > TimeMs)
            {
                break;
            }

            KeyPlace place = _state.PlaceOf(due.Slot, due.Key);
            RemoveExpired(place, _state.Find(place, due.Slot, due.Key));
            result.Deleted++;
        }

        result.Revision = Revision;
        result.More = NextDeadlineMs is > 0 and var next && next <= TimeMs;
    }

    private void RemoveExpired(KeyPlace place, Record record)
    {
        Invariant.Require(!record.IsNone && IsExpired(record), "what expires is there, and its time has come");
        Remove(place, record, show: false);
        NextRevision();
    }

    private ApplyStatus Expire(Target target, in Command command, ref ApplyResult result)
    {
        if (target.Record.IsNone)
        {
            return ApplyStatus.NotFound;
        }

        ulong deadline = DeadlineOf(command, target.Record);
        if (!IsMet(command.DeadlineConditions, target.Record.DeadlineMs, deadline))
        {
            result.DeadlineMs = target.Record.DeadlineMs;
            return ApplyStatus.ConditionFailed;
        }

        if (deadline != 0 && deadline <= TimeMs)
        {
            return Delete(target, command, ref result);
        }

        if (deadline == target.Record.DeadlineMs)
        {
            // Nothing changes, for no reader: a persist of a key that lasts, say.
            result.DeadlineMs = deadline;
            return ApplyStatus.Unchanged;
        }

        Redate(target, deadline, command.ReturnsOldValue, ref result);
        return ApplyStatus.Applied;
    }

    private void Redate(Target target, ulong deadline, bool showOld, ref ApplyResult result)
    {
        Record record = target.Record;
        if (IsHeldByWalk(target.Place, record))
        {
            Record clone = _state.Records.Clone(record);
            clone.Revision = NextRevision();
            clone.DeadlineMs = deadline;
            _state.Replace(target.Place, record, clone);
            record = clone;
        }
        else
        {
            _state.Exclude(target.Place, record);
            record.Revision = NextRevision();
            record.DeadlineMs = deadline;
            _state.Include(target.Place, record);
        }

        result.Length = record.ValueLength;
        result.DeadlineMs = deadline;
        result.OldValue = showOld ? record.Value : default;
    }

    // The deadline that a command gives to a key: 0 for none. A sum that does not fit stands for never in all but name.
    private ulong DeadlineOf(in Command command, Record record)
    {
        if ((command.Flags & CommandFlags.KeepsDeadline) != CommandFlags.None)
        {
            return record.IsNone ? 0 : record.DeadlineMs;
        }

        bool isRelative = (command.Flags & CommandFlags.DeadlineIsRelative) != CommandFlags.None;
        return !isRelative ? command.DeadlineMs
            : command.DeadlineMs > ulong.MaxValue - TimeMs ? ulong.MaxValue
            : TimeMs + command.DeadlineMs;
    }

    private static bool IsMet(DeadlineConditions conditions, ulong current, ulong wanted)
    {
        // Never is later than any deadline, and not later than itself.
        ulong currentEnd = current == 0 ? ulong.MaxValue : current;
        ulong wantedEnd = wanted == 0 ? ulong.MaxValue : wanted;
        return ((conditions & DeadlineConditions.Lasting) == DeadlineConditions.None || current == 0)
            && ((conditions & DeadlineConditions.Expiring) == DeadlineConditions.None || current != 0)
            && ((conditions & DeadlineConditions.Later) == DeadlineConditions.None || wantedEnd > currentEnd)
            && ((conditions & DeadlineConditions.Earlier) == DeadlineConditions.None || wantedEnd < currentEnd);
    }
}
