using Holdfast.Primitives;

namespace Holdfast.Placement;

/// <summary>Which part of a key decides its slot. Fixed when a cluster is created.</summary>
public enum PartitionBy : byte
{
    /// <summary>The hash tag when there is one, else the whole key.</summary>
    Key = 0,

    /// <summary>The hash tag when there is one, else what is before the first <c>/</c> unless that is empty, else the whole key.</summary>
    FirstLevel = 1,
}

/// <summary>
/// From a key to its slot, as Redis Cluster does it: CRC-16/XMODEM of the partition key, modulo 16384. Data lies where this says,
/// so it never changes.
/// </summary>
public static class SlotHash
{
    private static readonly ushort[] Table = MakeTable();

    /// <summary>The slot of a key.</summary>
    public static Slot Of(ReadOnlySpan<byte> key, PartitionBy by = PartitionBy.Key) =>
        new((ushort)(Crc16(PartitionKey(key, by)) % Slot.Count));

    /// <summary>The part of a key that is hashed.</summary>
    public static ReadOnlySpan<byte> PartitionKey(ReadOnlySpan<byte> key, PartitionBy by = PartitionBy.Key)
    {
        int open = key.IndexOf((byte)'{');
        if (open >= 0)
        {
            // Only the first brace counts, and the first that closes it: "{}{tag}" has no hash tag (Redis Cluster specification).
            ReadOnlySpan<byte> rest = key[(open + 1)..];
            int length = rest.IndexOf((byte)'}');
            if (length > 0)
            {
                return rest[..length];
            }
        }

        int level = by == PartitionBy.FirstLevel ? key.IndexOf((byte)'/') : -1;
        return level > 0 ? key[..level] : key;
    }

    internal static ushort Crc16(ReadOnlySpan<byte> data)
    {
        ushort crc = 0;
        foreach (byte b in data)
        {
            crc = (ushort)((crc << 8) ^ Table[(crc >> 8) ^ b]);
        }

        return crc;
    }

    private static ushort[] MakeTable()
    {
        const ushort Polynomial = 0x1021;
        var table = new ushort[256];
        for (int i = 0; i < table.Length; i++)
        {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
            }

            table[i] = (ushort)crc;
        }

        return table;
    }
}
