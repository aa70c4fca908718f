using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>Group time, deadlines, and removing the keys whose deadlines have passed.</content>
public sealed partial class Keyspace
{
    /// <summary>
    /// An advance ends once the keys, values and kept results that it removed add up to this, since the sums are taken over all their
    /// bytes. Part of what the log means: never changes.
    /// </summary>
    internal const long MaxAdvanceBytes = 4 << 20;

    /// <summary>
    /// Group time, in ms since the Unix epoch: the highest stamp of the commands applied, so it never goes back. A key whose deadline
    /// is not after it is absent, whether it was removed yet or not.
    /// </summary>
    public ulong TimeMs { get; private set; }

    /// <summary>
    /// The earliest deadline of a stored key, session or idempotency token, in ms of group time; 0 when none has one. When it has come, an
    /// advance is due.
    /// </summary>
    public ulong NextDeadlineMs
    {
        get
        {
            ulong ofKeys = _state.FirstToExpire is { IsNone: false } record ? record.DeadlineMs : 0;
            ulong ofSessions = _sessions.NextDeadlineMs;
            return ofKeys == 0 || ofSessions == 0 ? ofKeys | ofSessions : Math.Min(ofKeys, ofSessions);
        }
    }

    private bool IsPast(Record record) => record.IsPast(TimeMs);

    private void MoveTime(ulong stampMs)
    {
        if (stampMs > TimeMs)
        {
            TimeMs = stampMs;
        }
    }

    private ApplyStatus Expire(scoped in Target target, in Command command, ref ApplyResult result)
    {
        if (target.Record.IsNone)
        {
            return ApplyStatus.NotFound;
        }

        ulong present = target.Record.DeadlineMs;
        ulong next = command.Expiry.DeadlineAt(TimeMs, present);
        if (!command.DeadlineCondition.IsMetBy(present, next))
        {
            return ApplyStatus.ConditionFailed;
        }

        if (command.Expiry.IsPast(TimeMs))
        {
            RemoveTarget(target, command.ReturnsOldValue, ref result);
        }
        else if (next != 0 || present != 0)
        {
            SetDeadline(target, next);
            result.DeadlineMs = next;
        }

        return ApplyStatus.Applied;
    }

    private void SetDeadline(scoped in Target target, ulong deadlineMs)
    {
        Record old = target.Record;
        if (IsHeld(target.Place, old))
        {
            Record changed = _state.Records.Clone(old);
            changed.Revision = NextRevision();
            changed.DeadlineMs = deadlineMs;
            _state.Replace(target.Place, old, changed);
            ValueChains.Move(old, changed);
            _history.AddPut(changed, TimeMs);
        }
        else
        {
            _state.ExcludeEnd(target.Place, old);
            _state.Reschedule(old, deadlineMs);
            old.Revision = NextRevision();
            _state.IncludeEnd(target.Place, old, old.ValueLength);
            _history.AddPut(old, TimeMs);
        }
    }

    // Removes keys whose deadlines have passed, the earliest first, and those of one deadline in key order. Each is a change that a
    // watch tells of, so each has a revision of its own. Then, within the same bounds, what is kept of sessions and tokens whose life
    // ended.
    private void Advance(in Command command, ref ApplyResult result)
    {
        long bytes = 0;
        Record record = _state.FirstToExpire;
        while (!record.IsNone && IsPast(record) && result.Deleted < command.Limit && bytes < MaxAdvanceBytes)
        {
            bytes += record.LogicalBytes;
            _history.AddRemoval(ChangeKind.Expire, NextRevision(), record.Key, TimeMs);
            Remove(_state.PlaceOf(record), record, show: false);
            result.Deleted++;
            record = _state.FirstToExpire;
        }

        for (long left = command.Limit - result.Deleted; left > 0 && bytes < MaxAdvanceBytes; left--)
        {
            if (!_sessions.TryRemoveExpired(TimeMs, out int removed))
            {
                break;
            }

            bytes += removed;
        }

        result.Revision = Revision;
        result.More = (!record.IsNone && IsPast(record)) || _sessions.HasExpired(TimeMs);
    }
}
