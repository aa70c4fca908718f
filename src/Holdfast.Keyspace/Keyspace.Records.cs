using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>Storing and removing records, and deciding what becomes of those that were there.</content>
public sealed partial class Keyspace
{
    // Sets the whole value, in place where the old record is of no more use to anyone and has the right size.
    private void Store(scoped in Target target, scoped ReadOnlySpan<byte> value, ulong deadlineMs, bool showOld, ref ApplyResult result)
    {
        Record old = target.Stored;
        bool held = !old.IsNone && IsHeld(target.Place, old);
        if (!old.IsNone && target.Record.IsNone)
        {
            // That the old record expired is a change of its own, told of before this one.
            _history.AddRemoval(ChangeKind.Expire, NextRevision(), target.Key, TimeMs);
        }

        bool inPlace = !old.IsNone && !held && !showOld && RecordHeap.FitsExactly(old, value.Length) && !IsLeantOn(old);
        if (inPlace)
        {
            _state.Exclude(old);
        }

        Record record = inPlace ? old : _state.Records.Create(target.Slot, target.Key, value.Length);
        value.CopyTo(record.Resize(value.Length));
        record.Revision = NextRevision();
        if (inPlace)
        {
            _state.Reschedule(record, deadlineMs);
            _state.Include(target.Place, record);
        }
        else
        {
            record.DeadlineMs = deadlineMs;
            AddOrReplace(target, record, held, showOld);
        }

        _history.AddPut(record, TimeMs);
        result.Created = target.Record.IsNone;
        result.DeadlineMs = deadlineMs;
        result.Length = value.Length;
    }

    private void AddOrReplace(scoped in Target target, Record record, bool held, bool showOld)
    {
        if (target.Stored.IsNone)
        {
            _state.Add(target.Place, record);
            if (_undo.IsActive)
            {
                _undo.NoteAdded(target.Slot, target.Key);
            }
        }
        else
        {
            _state.Replace(target.Place, target.Stored, record);
            Dismiss(target.Stored, held, showOld);
        }
    }

    // The record with room for a value of that length, its present value kept. It grows to twice its length at least, so that a
    // value made of many small appends is copied about once in all.
    private Record Extend(scoped in Target target, int length)
    {
        Record old = target.Record;
        bool held = IsHeld(target.Place, old);
        if (!held && RecordHeap.Fits(old, length))
        {
            return old;
        }

        int room = Math.Max(length, (int)Math.Min(2L * old.ValueLength, _options.MaxValueBytes));
        RecordLinks links = _state.LinksOf(target.Place, old);
        Record extended = held ? _state.Records.Clone(old, room) : _state.Records.Grow(old, room);
        links.PointTo(extended);
        if (held)
        {
            ValueChains.Move(old, extended);
        }
        else
        {
            ValueChains.Follow(extended);
        }

        return extended;
    }

    private void Remove(KeyPlace place, Record record, bool show)
    {
        bool held = IsHeld(place, record);
        _state.Remove(place, record);
        Dismiss(record, held, show);
    }

    // Decides what becomes of a record that is out of the indexes: a walk frees it later, the next command does, or it goes now.
    private void Dismiss(Record record, bool held, bool show)
    {
        if (held)
        {
            return;
        }

        if (show)
        {
            _shown = record;
        }
        else
        {
            _state.Records.Free(record);
        }
    }

    // Whether a record that is about to change or go must be left as it is: a batch keeps it until it is sure to stand, or a walk until
    // it has written it. What a batch made itself is too new for a walk.
    private bool IsHeld(KeyPlace place, Record record) =>
        _undo.IsActive ? _undo.TryTake(record) : _walk is not null && _walk.Keys.TryTake(place, record);

    private static unsafe bool IsLeantOn(Record record) => ValueChain.Of(record) != null;

    private void FreeShown()
    {
        if (!_shown.IsNone)
        {
            _state.Records.Free(_shown);
            _shown = Record.None;
        }
    }
}
