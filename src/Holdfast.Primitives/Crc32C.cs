using System.Numerics;
using System.Runtime.InteropServices;

namespace Holdfast.Primitives;

/// <summary>
/// CRC-32C (Castagnoli), the checksum of every record and frame: the processor computes it. A finished checksum can be
/// passed back in to go on with more bytes.
/// </summary>
public static class Crc32C
{
    /// <summary>The checksum of <paramref name="data"/>, going on from <paramref name="seed"/>, an earlier checksum or 0.</summary>
    public static uint Compute(ReadOnlySpan<byte> data, uint seed = 0)
    {
        uint crc = ~seed;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (ulong word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (byte b in data[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
