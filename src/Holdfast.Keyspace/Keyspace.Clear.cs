using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>Changing many keys.</content>
public sealed partial class Keyspace
{
    private const int ClearBatch = 128;

    // Work is bounded by the keys looked at, spared ones included.
    private void Clear(in Command command, ref ApplyResult result)
    {
        Revision bound = command.Bound == Revision.None ? Revision : command.Bound;
        Span<Record> doomed = stackalloc Record[ClearBatch];
        Record lastSpared = Record.None;
        uint left = command.Limit;
        Revision before = Revision;
        bool revisionPerKey = (command.Flags & CommandFlags.RevisionPerKey) != CommandFlags.None;
        TreeCursor cursor = _state.Seek(command.Key, exclusive: false);
        while (left > 0 && IsBefore(cursor.Current, command.End))
        {
            int count = 0;
            for (; left > 0 && count < ClearBatch && IsBefore(cursor.Current, command.End); left--, cursor.MoveNext())
            {
                if (cursor.Current.Revision <= bound)
                {
                    doomed[count++] = cursor.Current;
                }
                else
                {
                    lastSpared = cursor.Current;
                }
            }

            foreach (Record record in doomed[..count])
            {
                result.Deleted += IsPast(record) ? 0 : 1;
                Revision revision = revisionPerKey || Revision == before ? NextRevision() : Revision;
                _history.AddRemoval(ChangeKind.Delete, revision, record.Key, TimeMs);
                Remove(_state.PlaceOf(record), record, show: false);
            }

            // What lies before the last spared key is gone or spared, and that key's record is still there to seek by.
            cursor = lastSpared.IsNone ? _state.Seek(command.Key, exclusive: false) : _state.Seek(lastSpared.Key, exclusive: true);
        }

        result.Revision = Revision;
        result.Bound = bound;
        result.More = IsBefore(cursor.Current, command.End);
        result.NextKey = result.More ? cursor.Current.Key : default;
    }

    private void Flush(ref ApplyResult result)
    {
        result.Deleted = _state.Count;
        if (_state.Count > 0)
        {
            _history.AddRemoval(ChangeKind.Flush, NextRevision(), [], TimeMs);
            KeyspaceState flushed = _state;
            _state = new KeyspaceState(_arena, _hasher, _history.Chains);
            if (_walk is null || _walk.Keys.IsDetached)
            {
                _history.Chains.KeepAll(flushed.Heap);
                _leftBehind.Enqueue(flushed.Heap);
            }
            else
            {
                _walk.Keys.Detach();
                _history.Chains.Detach();
            }
        }

        result.Revision = Revision;
    }
}
