using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>Shapes of randomness that faults and latencies need, in integer arithmetic so that every machine draws the same.</summary>
internal static class Distributions
{
    /// <summary>Mostly below <paramref name="typical"/>; one in ten up to four times, one in a hundred up to thirty times that.</summary>
    public static long LongTailed(this SeededRandom random, int typical)
    {
        int shape = random.Next(100);
        return random.Next(typical * (shape == 0 ? 30 : shape < 10 ? 4 : 1));
    }

    /// <summary>A duration between two bounds, both of them powers of two apart, where each doubling is equally likely.</summary>
    public static long Spread(this SeededRandom random, long min, int doublings)
    {
        long scale = min << random.Next(doublings);
        return scale + random.Next((int)scale);
    }

    /// <summary>One of the items.</summary>
    public static T Pick<T>(this SeededRandom random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    /// <summary>Puts the items into a random order.</summary>
    public static void Shuffle<T>(this SeededRandom random, IList<T> items)
    {
        for (int i = items.Count - 1; i > 0; i--)
        {
            int j = random.Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
