using System.Numerics;

namespace Holdfast.Cli.Bench.Measuring;

/// <summary>
/// Counts of latencies in microseconds, exact below 2,048 and to three significant digits above (the log-linear buckets of
/// HdrHistogram: each power of two has 1,024 buckets of equal width). Fixed memory, about 190 KB. Not thread-safe.
/// </summary>
internal sealed class LatencyHistogram
{
    /// <summary>Longer latencies count as this one: about 71 minutes.</summary>
    public const long MaxMicroseconds = uint.MaxValue;

    private const int ExactBits = 11;
    private const int HalfBits = ExactBits - 1;

    private readonly long[] _counts = new long[IndexOf(MaxMicroseconds) + 1];
    private double _sum;

    /// <summary>The number of latencies.</summary>
    public long Count { get; private set; }

    /// <summary>The longest, exactly; zero when there is none.</summary>
    public long Max { get; private set; }

    /// <summary>The mean; zero when there is none.</summary>
    public double Mean => Count == 0 ? 0 : _sum / Count;

    /// <summary>Adds one latency.</summary>
    public void Add(long microseconds)
    {
        long value = Math.Clamp(microseconds, 0, MaxMicroseconds);
        _counts[IndexOf(value)]++;
        Count++;
        _sum += value;
        Max = Math.Max(Max, value);
    }

    /// <summary>Adds all latencies of another.</summary>
    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
        _sum += other._sum;
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        (Count, _sum, Max) = (0, 0, 0);
    }

    /// <summary>The latency that the share (0 to 1) of all does not exceed, at most 0.1 % above the true one; zero when there is none.</summary>
    public long Quantile(double share)
    {
        long wanted = Math.Clamp((long)Math.Ceiling(share * Count), 1, Math.Max(1, Count));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
            {
                return Math.Min(HighestOf(i), Max);
            }
        }

        return Max;
    }

    private static int IndexOf(long value)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)value) - HalfBits);
        return (shift << HalfBits) + (int)(value >> shift);
    }

    private static long HighestOf(int index)
    {
        int shift = Math.Max(0, (index >> HalfBits) - 1);
        return ((long)(index - (shift << HalfBits) + 1) << shift) - 1;
    }
}
