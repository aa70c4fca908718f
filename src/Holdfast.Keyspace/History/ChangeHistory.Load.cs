using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>Being built from a snapshot.</content>
internal sealed unsafe partial class ChangeHistory
{
    /// <summary>Adds a short change; its value is for the caller to fill.</summary>
    public Change LoadShort(in SnapshotChangeHead head, ReadOnlySpan<byte> key)
    {
        int size = Change.SizeFor(key.Length + (int)head.ValueLength);
        Change change = Load(head, size);
        change.IsLong = false;
        change.Fields.KeyLength = (ushort)key.Length;
        key.CopyTo(new Span<byte>(change.Payload, key.Length));
        Bytes += size;
        return change;
    }

    /// <summary>
    /// Adds a long change to a chain, whose record then has the value's length, what is new of it for the caller to fill.
    /// </summary>
    public Change LoadLong(in SnapshotChangeHead head, ValueChain* chain)
    {
        int length = (int)head.ValueLength;
        if (!RecordHeap.Fits(chain->Record, length))
        {
            int room = (int)Math.Min(Math.Max(2L * chain->Length, length), KeyspaceOptions.MaxValueBytesLimit);
            chain->Record = _chains.Records.Grow(chain->Record, room);
        }

        chain->Record.Resize(length);
        Change change = Load(head, Change.LongSize);
        change.IsLong = true;
        change.Fields.KeyLength = 0;
        LinkTo(chain, change);
        return change;
    }

    private Change Load(in SnapshotChangeHead head, int size)
    {
        Change change = Append(size, head.Revision, head.TimeMs);
        change.Fields.Kind = head.Kind;
        change.Fields.DeadlineMs = head.DeadlineMs;
        change.Fields.ValueLength = (int)head.ValueLength;
        return change;
    }
}
