using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// The sizes that a page is cut into: every multiple of 8 up to 256 bytes, then about a tenth apart, each a whole fraction of the
/// page so that little is left over at its end.
/// </summary>
internal static class SizeClasses
{
    public const int Granularity = 8;
    public const int Smallest = 16;

    /// <summary>The largest size that comes from a page: an eighth of one.</summary>
    public const int Largest = Page.Room / 8 / Granularity * Granularity;

    private const int LargestOfEveryMultiple = 256;

    private static readonly int[] Sizes = MakeSizes();
    private static readonly byte[] Classes = MakeClasses();

    public static int Count => Sizes.Length;

    public static int SizeOf(int sizeClass) => Sizes[sizeClass];

    /// <summary>The smallest class that holds so many bytes, at most <see cref="Largest"/>.</summary>
    public static int ClassOf(int size) => Classes[(size + Granularity - 1) / Granularity];

    private static int[] MakeSizes()
    {
        var sizes = new List<int>();
        for (int size = Smallest; size <= LargestOfEveryMultiple; size += Granularity)
        {
            sizes.Add(size);
        }

        int perPage = Page.Room / LargestOfEveryMultiple;
        while (perPage > Page.Room / Largest)
        {
            perPage = perPage - Math.Max(1, perPage / 12);
            sizes.Add(Page.Room / perPage / Granularity * Granularity);
        }

        Invariant.Require(sizes[^1] == Largest, "the largest size class holds the largest size");
        return [.. sizes];
    }

    private static byte[] MakeClasses()
    {
        var classes = new byte[(Largest / Granularity) + 1];
        byte sizeClass = 0;
        for (int i = 0; i < classes.Length; i++)
        {
            if (i * Granularity > Sizes[sizeClass])
            {
                sizeClass++;
            }

            classes[i] = sizeClass;
        }

        return classes;
    }
}
