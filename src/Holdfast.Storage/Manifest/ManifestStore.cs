using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// One small file of opaque bytes: what the data directory is. It is replaced as a whole: a reader sees the old bytes or
/// the new ones, also after a crash. Layout: <c>magic:4 crc:4 version:4 length:4</c>, little-endian, then the content; the
/// checksum covers all behind it.
/// </summary>
public static class ManifestStore
{
    /// <summary>The file's name.</summary>
    public const string FileName = "manifest";

    private const string TemporaryName = FileName + ".tmp";
    private const int HeaderBytes = 16;
    private const uint Magic = 0x464D4648; // "HFMF"
    private const uint Version = 1;

    /// <summary>Reads the manifest, while the node starts.</summary>
    /// <exception cref="DiskException">The disk failed.</exception>
    public static ManifestRead Read(IDisk disk)
    {
        if (!disk.Exists(FileName))
        {
            return HoldsData(disk)
                ? new ManifestRead(ManifestState.Missing, default, "there is data but no manifest: the directory is damaged, or not one of ours")
                : new ManifestRead(ManifestState.Fresh, default, "a fresh directory");
        }

        // What is acted upon must not be undone by a crash: the name that we see may be in memory only.
        disk.SyncFolder("");
        using IDiskFile file = disk.Open(FileName);
        var bytes = new byte[checked((int)file.Length)];
        int read = file.Read(0, bytes);
        return Decode(bytes.AsMemory(0, read));
    }

    /// <summary>Work that replaces the manifest. The bytes are copied before this returns. One at a time, on one lane.</summary>
    public static DiskWork Write(ReadOnlySpan<byte> content)
    {
        var bytes = new byte[HeaderBytes + content.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), (uint)content.Length);
        content.CopyTo(bytes.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Crc32C.Compute(bytes.AsSpan(8)));
        return new Replacement(bytes);
    }

    private static ManifestRead Decode(ReadOnlyMemory<byte> bytes)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        if (span.Length < HeaderBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(span) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(span[4..]) != Crc32C.Compute(span[8..]))
        {
            return new ManifestRead(ManifestState.Damaged, default, $"the file {FileName} does not verify");
        }

        // The checksum verified, so from here on the bytes are what a program meant to write.
        if (BinaryPrimitives.ReadUInt32LittleEndian(span[8..]) != Version)
        {
            return new ManifestRead(
                ManifestState.NewerVersion,
                default,
                $"the file {FileName} has a newer format than version {Version}, the newest that this program reads: start the newer program");
        }

        return new ManifestRead(ManifestState.Present, bytes[HeaderBytes..], "the manifest is intact");
    }

    private static bool HoldsData(IDisk disk)
    {
        // A lane's folder can't be listed, but a directory with a log has one for lane 0.
        return disk.List(new LogOptions { Incarnation = default }.Folder).Count > 0 || disk.List(SnapshotFormat.Folder).Count > 0;
    }

    private sealed class Replacement(byte[] bytes) : DiskWork
    {
        public override void Execute(IDisk disk)
        {
            disk.Delete(TemporaryName);
            using (IDiskFile file = disk.Create(TemporaryName))
            {
                file.Write(0, bytes);
                file.Sync();
            }

            disk.Rename(TemporaryName, FileName);
            disk.SyncFolder("");
        }
    }
}
