using System.Text;
using Holdfast.Cli.Bench.Workload;
using Holdfast.Primitives;

namespace Holdfast.Cli.Tests.Bench;

public sealed class WorkloadTests
{
    private const int Draws = 200_000;

    [Fact]
    public void The_ranks_of_a_zipfian_draw_are_as_frequent_as_their_weights()
    {
        const long Ranks = 1_000;
        double zeta = new ZetaSum().Of(Ranks);
        var random = new SeededRandom(7);
        int[] counts = new int[Ranks];
        for (int i = 0; i < Draws; i++)
        {
            counts[Zipfian.Rank(random, Ranks, zeta)]++;
        }

        // The method is exact for the first two ranks, and a smooth curve beyond.
        Assert.InRange(counts[0] * zeta / Draws, 0.97, 1.03);
        Assert.InRange(counts[1] * zeta / Draws * Math.Pow(2, Zipfian.Theta), 0.97, 1.03);
        double firstTenth = counts.Take(100).Sum() / (double)Draws;
        Assert.InRange(firstTenth, 0.97 * new ZetaSum().Of(100) / zeta, 1.03 * new ZetaSum().Of(100) / zeta);
        Assert.True(counts.Skip(900).Sum() > 0);
    }

    [Fact]
    public void The_popular_keys_of_a_scrambled_draw_are_few_and_stand_apart()
    {
        const int Keys = 1_000;
        var random = new SeededRandom(8);
        int[] counts = new int[Keys];
        for (int i = 0; i < Draws; i++)
        {
            counts[Zipfian.Scrambled(random, Keys)]++;
        }

        int[] popular = [.. Enumerable.Range(0, Keys).OrderByDescending(key => counts[key]).Take(10)];
        Assert.InRange(popular.Sum(key => counts[key]) / (double)Draws, 0.08, 0.25);
        Assert.True(popular.Max() - popular.Min() > Keys / 4);
        Assert.InRange(counts[popular[0]] / (double)Draws, 0.03, 0.05);
    }

    [Fact]
    public void The_latest_key_is_the_most_popular_and_moves_with_inserts()
    {
        var keys = new KeySet(1_000);
        var random = new SeededRandom(9);
        long[] before = [.. Enumerable.Range(0, 10_000).Select(_ => keys.Choose(random, Distribution.Latest))];
        Assert.Equal(1_000, keys.Reserve());
        Assert.All(before, key => Assert.InRange(key, 0, 999));
        Assert.Equal(999, before.CountBy(key => key).MaxBy(count => count.Value).Key);

        keys.Inserted();

        long[] after = [.. Enumerable.Range(0, 10_000).Select(_ => keys.Choose(random, Distribution.Latest))];
        Assert.Equal(1_000, after.CountBy(key => key).MaxBy(count => count.Value).Key);
    }

    [Fact]
    public void A_uniform_draw_takes_every_key_about_as_often()
    {
        var keys = new KeySet(100);
        var random = new SeededRandom(10);
        Dictionary<long, int> counts = Enumerable.Range(0, Draws)
            .CountBy(_ => keys.Choose(random, Distribution.Uniform)).ToDictionary();
        Assert.Equal(100, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, Draws / 100 * 0.85, Draws / 100 * 1.15));
    }

    [Theory]
    [InlineData("a", 0.5, OperationKind.Read, OperationKind.Update)]
    [InlineData("b", 0.95, OperationKind.Read, OperationKind.Update)]
    [InlineData("c", 1, OperationKind.Read, OperationKind.Read)]
    [InlineData("d", 0.95, OperationKind.Read, OperationKind.Insert)]
    [InlineData("e", 0.95, OperationKind.Scan, OperationKind.Insert)]
    [InlineData("f", 0.5, OperationKind.Read, OperationKind.ReadModifyWrite)]
    [InlineData("set", 1, OperationKind.Update, OperationKind.Update)]
    [InlineData("incr", 1, OperationKind.Increment, OperationKind.Increment)]
    internal void A_workload_has_the_shares_of_its_table(string name, double share, OperationKind main, OperationKind other)
    {
        OperationSource source = SourceOf(name, 11);
        OperationKind[] kinds = [.. Enumerable.Range(0, 10_000).Select(_ => source.Next().Kind)];
        Assert.InRange(kinds.Count(kind => kind == main) / 10_000.0, share - 0.02, share + 0.02);
        Assert.All(kinds, kind => Assert.True(kind == main || kind == other));
    }

    [Fact]
    public void The_same_seed_gives_the_same_operations()
    {
        string[] first = Story(SourceOf("a", 12));
        Assert.Equal(first, Story(SourceOf("a", 12)));
        Assert.NotEqual(first, Story(SourceOf("a", 13)));
    }

    [Fact]
    public void Keys_have_the_prefix_and_one_length_and_counters_are_apart_from_values()
    {
        BenchOperation update = SourceOf("set", 14).Of(OperationKind.Update, 42);
        Assert.Equal("p:000000000042", Encoding.UTF8.GetString(update.Key.Span));
        Assert.Equal(16, update.Value.Length);
        Assert.Equal("p:counter:000000000042", Encoding.UTF8.GetString(SourceOf("incr", 14).Of(OperationKind.Increment, 42).Key.Span));
    }

    private static OperationSource SourceOf(string name, ulong seed)
    {
        Assert.True(Mix.TryParse(name, out Mix mix));
        var random = new SeededRandom(seed);
        return new OperationSource(mix, mix.Distribution, new KeySet(1_000), new ValuePool(16, random), "p:", random);
    }

    private static string[] Story(OperationSource source) =>
    [
        .. from _ in Enumerable.Range(0, 100)
           let operation = source.Next()
           select $"{operation.Kind} {Encoding.UTF8.GetString(operation.Key.Span)} {Encoding.UTF8.GetString(operation.Value.Span)}",
    ];
}
