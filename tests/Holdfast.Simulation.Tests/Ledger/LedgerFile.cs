using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

/// <summary>The ledger's log: a length, a checksum and a record, one after the other.</summary>
internal sealed class LedgerFile
{
    private const string Name = "ledger";
    private const string NewName = "ledger.new";
    private const int HeaderBytes = 8;

    private IDiskFile? _file;
    private long _end;

    /// <summary>
    /// Reads what is left and writes it anew: bytes that can be read back may be those of a sync that failed, which a crash would
    /// still take away.
    /// </summary>
    public static LedgerFile Recover(IDisk disk, LedgerStore store)
    {
        if (disk.Exists(Name))
        {
            using IDiskFile file = disk.Open(Name);
            byte[] bytes = new byte[file.Length];
            file.Read(0, bytes);
            Replay(bytes, store);
        }

        LedgerFile ledger = new();
        ledger.Rewrite(disk, Frame(store.Snapshot()));
        return ledger;
    }

    public static byte[] Frame(IEnumerable<byte[]> records)
    {
        List<byte> bytes = [];
        Span<byte> header = stackalloc byte[HeaderBytes];
        foreach (byte[] record in records)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header, record.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Crc32C.Compute(record));
            bytes.AddRange(header);
            bytes.AddRange(record);
        }

        return [.. bytes];
    }

    public static IEnumerable<byte[]> Unframe(byte[] bytes)
    {
        for (int at = 0; at + HeaderBytes < bytes.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
            uint crc = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 4));
            if (length <= 0 || length > bytes.Length - at - HeaderBytes || Crc32C.Compute(bytes.AsSpan(at + HeaderBytes, length)) != crc)
            {
                yield break;
            }

            yield return bytes[(at + HeaderBytes)..(at + HeaderBytes + length)];
            at += HeaderBytes + length;
        }
    }

    public void Append(byte[] frames)
    {
        _file!.Write(_end, frames);
        _end += frames.Length;
        _file.Sync();
    }

    public void Rewrite(IDisk disk, byte[] frames)
    {
        disk.Delete(NewName);
        IDiskFile next = disk.Create(NewName);
        next.Write(0, frames);
        next.Sync();
        disk.Rename(NewName, Name);
        disk.SyncFolder("");
        (_file, _end) = (next, frames.Length);
    }

    private static void Replay(byte[] bytes, LedgerStore store)
    {
        foreach (byte[] record in Unframe(bytes))
        {
            store.Apply(record);
        }
    }
}
