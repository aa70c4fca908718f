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

    /// <summary>The records written whole.</summary>
    public long Records { get; private set; }

    public int WriteHeader(SnapshotHeader header, IBufferWriter<byte> output)
    {
        Span<byte> bytes = stackalloc byte[SnapshotFormat.HeaderSize];
        SnapshotFormat.WriteHeader(bytes, header);
        HasBegun = true;
        return Put(bytes, output);
    }

    /// <summary>
    /// Begins a record or goes on with it. The head and key are written at once, of the value no more than the budget allows.
    /// Returns the bytes written.
    /// </summary>
    public int Write(Record record, long budget, IBufferWriter<byte> output, out bool finished)
    {
        int written = 0;
        if (!_inRecord)
        {
            Span<byte> head = stackalloc byte[SnapshotFormat.RecordHeadSize];
            SnapshotFormat.WriteRecordHead(head, record);
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
            Records++;
        }

        return written;
    }

    public readonly void WriteFooter(IBufferWriter<byte> output)
    {
        Span<byte> bytes = stackalloc byte[SnapshotFormat.FooterSize];
        SnapshotFormat.WriteFooter(bytes, Records, _crc);
        output.Write(bytes);
    }

    private int Put(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        _crc = Crc32C.Compute(bytes, _crc);
        output.Write(bytes);
        return bytes.Length;
    }
}
