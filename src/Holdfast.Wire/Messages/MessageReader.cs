using Holdfast.Consensus;
using Holdfast.Primitives;

namespace Holdfast.Wire.Messages;

/// <summary>
/// Reads the messages of a frame's body one after the other (the format is <see cref="MessageWriter"/>'s). A message's
/// entries and data are valid until the next one is read. The object is reused from frame to frame. Not thread-safe.
/// </summary>
public sealed class MessageReader
{
    private readonly List<Entry> _entries = [];
    private Entry[] _entryArray = [];
    private byte[] _body = [];
    private ReadOnlyMemory<byte> _rest;

    /// <summary>Begins with a body, which is copied.</summary>
    public void Begin(ReadOnlySpan<byte> body)
    {
        if (_body.Length < body.Length)
        {
            _body = GC.AllocateUninitializedArray<byte>(Math.Max(body.Length, 64 * 1024));
        }

        body.CopyTo(_body);
        _rest = _body.AsMemory(0, body.Length);
    }

    /// <summary>Reads the next message. False at the end, and where the body is malformed: then <paramref name="malformed"/> is set.</summary>
    public bool TryRead(out GroupId group, out Message message, out bool malformed)
    {
        group = default;
        message = default;
        malformed = false;
        if (_rest.IsEmpty)
        {
            return false;
        }

        var reader = new SpanReader(_rest.Span);
        group = new GroupId(reader.UInt32());
        uint kindAndFlags = reader.UInt32();
        var head = new Message
        {
            Kind = (MessageKind)(byte)kindAndFlags,
            From = new ReplicaId(reader.UInt64()),
            To = new ReplicaId(reader.UInt64()),
            Term = new Term(reader.UInt64()),
            LogPosition = new EntryId(new Term(reader.UInt64()), new LogIndex(reader.UInt64())),
            Reject = (kindAndFlags >> 8 & MessageWriter.RejectFlag) != 0,
            Transfer = (kindAndFlags >> 8 & MessageWriter.TransferFlag) != 0,
            Last = (kindAndFlags >> 8 & MessageWriter.LastFlag) != 0,
        };
        ulong x = reader.UInt64();
        ulong y = reader.UInt64();
        uint length = reader.UInt32();
        if (reader.Failed || length > reader.Remaining)
        {
            malformed = true;
            return false;
        }

        ReadOnlyMemory<byte> payload = _rest.Slice(MessageWriter.HeaderBytes, (int)length);
        _rest = _rest[(MessageWriter.HeaderBytes + (int)length)..];
        malformed = !TryReadPayload(head, x, y, payload, out message);
        return !malformed;
    }

    private bool TryReadPayload(in Message head, ulong x, ulong y, ReadOnlyMemory<byte> payload, out Message message)
    {
        message = head;
        switch (head.Kind)
        {
            case MessageKind.Append:
                message = head with { Commit = new LogIndex(x), HeldByAll = new LogIndex(y), Entries = ReadEntries(payload, out bool ok) };
                return ok;
            case MessageKind.AppendResponse:
                var reader = new SpanReader(payload.Span);
                message = head.Reject
                    ? head with { Commit = new LogIndex(x), Hint = new EntryId(new Term(reader.UInt64()), new LogIndex(reader.UInt64())) }
                    : head with { Commit = new LogIndex(x) };
                return !reader.Failed && reader.Remaining == 0;
            case MessageKind.SnapshotChunk:
                return TryReadSnapshotChunk(head, x, y, payload, out message);
            case MessageKind.SnapshotChunkResponse:
                message = head with { Offset = x };
                return payload.IsEmpty;
            default:
                message = head with { Round = x };
                return payload.IsEmpty && head.Kind is >= MessageKind.PreVote and <= MessageKind.TimeoutNow;
        }
    }

    private ReadOnlyMemory<Entry> ReadEntries(ReadOnlyMemory<byte> payload, out bool ok)
    {
        _entries.Clear();
        ok = EntryBlock.TryDecode(payload, _entries);
        if (_entryArray.Length < _entries.Count)
        {
            _entryArray = new Entry[Math.Max(_entries.Count, 64)];
        }

        _entries.CopyTo(_entryArray);
        return _entryArray.AsMemory(0, _entries.Count);
    }

    private static bool TryReadSnapshotChunk(in Message head, ulong offset, ulong configurationLength, ReadOnlyMemory<byte> payload, out Message message)
    {
        message = head;
        if (configurationLength > (ulong)payload.Length
            || !Configuration.TryDecode(payload.Span[..(int)configurationLength], out Configuration? configuration))
        {
            return false;
        }

        message = head with { Offset = offset, Configuration = configuration, Data = payload[(int)configurationLength..] };
        return true;
    }
}
