using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>Builds a history from the changes of a snapshot, and finds out whether they are what a history can be.</summary>
internal sealed unsafe class HistoryLoader(ChangeHistory history)
{
    // By the revision of its last change, each chain.
    private readonly Dictionary<Revision, nint> _chains = [];
    private HistorySums? _announced;
    private ulong _lastTimeMs;
    private Change _change;
    private int _valueRead;

    /// <summary>Takes the head of the history in a snapshot of a revision.</summary>
    public void ReadHead(HistorySums announced, Revision revision)
    {
        SnapshotFormatException.Require(
            _announced is null && announced is { Count: > 0, Bytes: > 0 } && announced.Floor < revision,
            "it tells of its history twice, or of none");
        _announced = announced;
        history.BeginAt(announced.Floor);
    }

    /// <summary>
    /// Takes what goes before a change's value; whether the rest of the value is to be fed. <paramref name="limit"/> has the revision and
    /// time that no change can be after.
    /// </summary>
    public bool Begin(in SnapshotChangeHead head, ReadOnlySpan<byte> key, in SnapshotHeader limit)
    {
        Check(head, limit);
        _lastTimeMs = head.TimeMs;
        _valueRead = 0;
        if (head.Base != Revision.None)
        {
            GoOn(head);
        }
        else if (head.Kind == ChangeKind.Put && ValueChain.IsLong(Record.HeadSize + key.Length + (int)head.ValueLength))
        {
            SnapshotFormatException.Require(head.Slot < Slot.Count, "it holds a change in a slot that there is not");
            Record record = history.Chains.Records.Create(new Slot(head.Slot), key, (int)head.ValueLength);
            AddTo(history.Chains.NewOwner(record), head);
        }
        else
        {
            _change = history.LoadShort(head, key);
        }

        return _valueRead < head.ValueLength;
    }

    /// <summary>Takes bytes of the value and moves past them. True at its end.</summary>
    public bool FeedValue(ref ReadOnlySpan<byte> chunk, out ReadOnlySpan<byte> taken)
    {
        Span<byte> rest = ValueToFill[_valueRead..];
        taken = chunk[..Math.Min(chunk.Length, rest.Length)];
        taken.CopyTo(rest);
        _valueRead += taken.Length;
        chunk = chunk[taken.Length..];
        return taken.Length == rest.Length;
    }

    /// <summary>
    /// Ends the history of a snapshot of a revision: values that keys still have are shared with them, and no more is kept than the options
    /// allow.
    /// </summary>
    public void Complete(KeyspaceState keys, Revision revision)
    {
        if (_announced is not { } announced)
        {
            history.BeginAt(revision);
            return;
        }

        SnapshotFormatException.Require(
            history.Last == revision && history.Count == announced.Count && history.Bytes == announced.Bytes,
            "its history is not the one that it began with");
        foreach ((Revision last, nint address) in _chains)
        {
            var chain = (ValueChain*)address;
            Record own = chain->Record;
            Record stored = keys.Find(keys.PlaceOf(own), own.Slot, own.Key);
            if (stored.IsNone || stored.Revision != last)
            {
                chain->Record = history.Chains.Records.Trim(own);
                continue;
            }

            SnapshotFormatException.Require(stored.ValueLength == chain->Length, "its history and its keys contradict each other");
            history.Chains.Restore(chain, stored);
        }

        history.TrimAll();
    }

    private Span<byte> ValueToFill
    {
        get
        {
            int length = _change.Fields.ValueLength;
            return _change.IsLong
                ? _change.Chained.Chain->Record.Resize(length)
                : new Span<byte>(_change.Payload + _change.Fields.KeyLength, length);
        }
    }

    private void Check(in SnapshotChangeHead head, in SnapshotHeader limit)
    {
        SnapshotFormatException.Require(_announced is not null && history.Count < _announced.Value.Count, "it holds more changes than it says");
        bool sharesRevision = head.Revision == history.Last && head.Kind == ChangeKind.Delete && history.Count > 0;
        SnapshotFormatException.Require(
            (head.Revision == history.Last.Next || sharesRevision) && head.Revision <= limit.Keys.Revision,
            "it holds a change with a revision out of order");
        SnapshotFormatException.Require(
            head.TimeMs >= _lastTimeMs && head.TimeMs <= limit.TimeMs, "it holds a change with a time out of order");
        bool hasKey = head.KeyLength is >= 1 and <= KeyspaceOptions.MaxKeyBytesLimit;
        bool isWellFormed = head.Kind switch
        {
            ChangeKind.Put => hasKey != (head.Base != Revision.None) && head.ValueLength <= KeyspaceOptions.MaxValueBytesLimit,
            ChangeKind.Delete or ChangeKind.Expire => hasKey && head is { ValueLength: 0, DeadlineMs: 0, Base.Value: 0 },
            ChangeKind.Flush => head is { KeyLength: 0, ValueLength: 0, DeadlineMs: 0, Base.Value: 0 },
            _ => false,
        };
        SnapshotFormatException.Require(isWellFormed, "it holds a change that is none");
        SnapshotFormatException.Require(
            head.Base != Revision.None || head.KeyLength + head.ValueLength <= _announced.Value.Bytes - history.Bytes,
            "it holds a change longer than its history is to be");
    }

    // A change whose value begins with that of the one before in its chain.
    private void GoOn(in SnapshotChangeHead head)
    {
        bool isKnown = _chains.Remove(head.Base, out nint address);
        var chain = (ValueChain*)address;
        SnapshotFormatException.Require(
            isKnown && head.ValueLength >= chain->Length && head.ValueLength - chain->Length <= _announced!.Value.Bytes - history.Bytes,
            "it holds a change of a value that it lacks");
        _valueRead = chain->Length;
        AddTo(chain, head);
    }

    private void AddTo(ValueChain* chain, in SnapshotChangeHead head)
    {
        _change = history.LoadLong(head, chain);
        _chains.Add(head.Revision, (nint)chain);
    }
}
