using Holdfast.Primitives;

namespace Holdfast.Cli.Bench.Workload;

/// <summary>
/// Draws ranks from a Zipfian distribution with exponent 0.99 by the method of Gray et al. ("Quickly generating billion-record
/// synthetic databases", SIGMOD 1994), as YCSB does. Rank 0 is the most frequent.
/// </summary>
internal static class Zipfian
{
    public const double Theta = 0.99;

    private const double Alpha = 1 / (1 - Theta);

    /// <summary>YCSB's scrambled distribution draws from so many ranks, however many keys there are.</summary>
    private const long ScrambledRanks = 10_000_000_000;

    /// <summary>The sum of 1/i^0.99 over all of those, which takes minutes to add up.</summary>
    private const double ScrambledZeta = 26.46902820178302;

    private static readonly double SecondWeight = Math.Pow(0.5, Theta);

    /// <summary>A rank below <paramref name="ranks"/>, given their <see cref="ZetaSum"/>.</summary>
    public static long Rank(SeededRandom random, long ranks, double zeta)
    {
        double u = random.NextDouble();
        double uz = u * zeta;
        if (uz < 1 || ranks == 1)
        {
            return 0;
        }

        if (uz < 1 + SecondWeight)
        {
            return 1;
        }

        double eta = (1 - Math.Pow(2.0 / ranks, 1 - Theta)) / (1 - ((1 + SecondWeight) / zeta));
        return Math.Min(ranks - 1, (long)(ranks * Math.Pow((eta * u) - eta + 1, Alpha)));
    }

    /// <summary>One of <paramref name="keys"/> keys; the popular ones stand apart from each other.</summary>
    public static long Scrambled(SeededRandom random, long keys) =>
        (long)(Fnv1A((ulong)Rank(random, ScrambledRanks, ScrambledZeta)) % (ulong)keys);

    private static ulong Fnv1A(ulong number)
    {
        ulong hash = 0xCBF29CE484222325;
        for (int i = 0; i < sizeof(ulong); i++)
        {
            hash = (hash ^ (number & 0xFF)) * 0x100000001B3;
            number >>= 8;
        }

        return hash;
    }
}

/// <summary>The sum of 1/i^0.99 for i from 1 to a number that only grows. Thread-safe.</summary>
internal sealed class ZetaSum
{
    private readonly Lock _lock = new();
    private long _terms;
    private double _sum;

    /// <summary>The sum of the first terms; of somewhat more when others have asked for more already.</summary>
    public double Of(long terms)
    {
        lock (_lock)
        {
            while (_terms < terms)
            {
                _sum += 1 / Math.Pow(++_terms, Zipfian.Theta);
            }

            return _sum;
        }
    }
}
