using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>Writes the parts of a snapshot one after another, long values in slices, and keeps its checksum.</summary>
internal struct SnapshotWriter
{
    private uint _crc;
    private bool _inRecord;
    private int _valueWritten;

    /// <summary>Whether the header was written.</summary>
    public bool HasBegun { get; private set; }

    public int WriteHeader(SnapshotHeader header, IBufferWriter<byte> output)
    {
        Span<byte> bytes = stackalloc byte[SnapshotFormat.HeaderSize];
        SnapshotFormat.WriteHeader(bytes, header);
        HasBegun = true;
        return Put(bytes, output);
    }

    /// <summary>Writes the head of the sessions, if there ever were any. Returns the bytes written.</summary>
    public int WriteSessionsHead(SnapshotSums sessions, IBufferWriter<byte> output)
    {
        if (sessions.Revision == Revision.None)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[SnapshotFormat.SessionsHeadSize];
        SnapshotFormat.WriteSessionsHead(bytes, sessions);
        return Put(bytes, output);
    }

    /// <summary>Writes the head of the history, if any is kept. Returns the bytes written.</summary>
    public int WriteHistoryHead(HistorySums history, IBufferWriter<byte> output)
    {
        if (history.Count == 0)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[SnapshotFormat.HistoryHeadSize];
        SnapshotFormat.WriteHistoryHead(bytes, history);
        return Put(bytes, output);
    }

    /// <summary>
    /// Begins a record or goes on with it. The head and key are written at once, of the value no more than the budget allows.
    /// Returns the bytes written.
    /// </summary>
    public int Write(byte kind, Record record, long budget, IBufferWriter<byte> output, out bool finished)
    {
        int written = 0;
        if (!_inRecord)
        {
            Span<byte> head = stackalloc byte[SnapshotFormat.RecordHeadSize];
            SnapshotFormat.WriteRecordHead(head, kind, record);
            written = Put(head, output) + Put(record.Key, output);
            (_inRecord, _valueWritten) = (true, 0);
        }

        int slice = (int)Math.Clamp(budget - written, 0, record.ValueLength - _valueWritten);
        written += Put(record.Value.Slice(_valueWritten, slice), output);
        _valueWritten += slice;
        finished = _valueWritten == record.ValueLength;
        if (finished)
        {
            _inRecord = false;
        }

        return written;
    }

    public readonly void WriteFooter(long keys, IBufferWriter<byte> output)
    {
        Span<byte> bytes = stackalloc byte[SnapshotFormat.FooterSize];
        SnapshotFormat.WriteFooter(bytes, keys, _crc);
        output.Write(bytes);
    }

    /// <summary>Writes bytes as they are. Returns how many.</summary>
    public int Put(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        _crc = Crc32C.Compute(bytes, _crc);
        output.Write(bytes);
        return bytes.Length;
    }
}
