using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>Reads a finished snapshot file, block by block, each verified.</summary>
internal sealed class SnapshotInput(string name, SnapshotHeader header, long payload)
{
    private readonly byte[] _block = new byte[SnapshotFormat.BlockBytes + SnapshotFormat.ChecksumBytes];

    public string Name => name;

    public SnapshotHeader Header => header;

    public long PayloadBytes => payload;

    public long FileBytes => SnapshotFormat.FileBytes(header.PayloadStart, payload);

    public long Blocks => (payload + SnapshotFormat.BlockBytes - 1) / SnapshotFormat.BlockBytes;

    /// <summary>Opens a file whose header was read, and finds the payload's length; null when the footer does not verify.</summary>
    public static SnapshotInput? Open(IDiskFile file, string name, SnapshotHeader header)
    {
        Span<byte> footer = stackalloc byte[SnapshotFormat.FooterBytes];
        bool intact = file.Length >= header.PayloadStart + SnapshotFormat.FooterBytes
            && file.Read(file.Length - SnapshotFormat.FooterBytes, footer) == SnapshotFormat.FooterBytes;
        return intact
            && SnapshotFormat.TryReadFooter(footer, header.Checksum, out long payload)
            && SnapshotFormat.FileBytes(header.PayloadStart, payload) == file.Length
            ? new SnapshotInput(name, header, payload)
            : null;
    }

    /// <summary>Reads and verifies one block. The bytes are valid until the next call; false when they do not verify.</summary>
    public bool TryReadBlock(IDiskFile file, long number, out ReadOnlySpan<byte> block)
    {
        int length = (int)Math.Min(SnapshotFormat.BlockBytes, payload - (number * SnapshotFormat.BlockBytes));
        Span<byte> bytes = _block.AsSpan(0, length + SnapshotFormat.ChecksumBytes);
        int read = file.Read(SnapshotFormat.BlockOffset(header.PayloadStart, number), bytes);
        block = bytes[..length];
        return read == bytes.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[length..]) == SnapshotFormat.BlockChecksum(block, number, header.Checksum);
    }
}
