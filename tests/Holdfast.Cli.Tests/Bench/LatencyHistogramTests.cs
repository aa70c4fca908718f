using Holdfast.Cli.Bench.Measuring;
using Holdfast.Primitives;

namespace Holdfast.Cli.Tests.Bench;

public sealed class LatencyHistogramTests
{
    private static readonly double[] Shares = [0, 0.01, 0.5, 0.9, 0.99, 0.999, 0.9999, 1];

    [Theory]
    [InlineData(1, 2_000)]
    [InlineData(2, 100_000)]
    [InlineData(3, 4_000_000_000)]
    public void A_quantile_is_that_of_the_sorted_latencies_to_three_digits(ulong seed, long most)
    {
        long[] latencies = Latencies(seed, 20_000, most);
        LatencyHistogram histogram = Of(latencies);
        Array.Sort(latencies);

        foreach (double share in Shares)
        {
            long exact = latencies[Math.Max(0, (int)Math.Ceiling(share * latencies.Length) - 1)];
            long told = histogram.Quantile(share);
            Assert.InRange(told, exact, exact + (exact / 1000));
        }

        Assert.Equal(latencies[^1], histogram.Max);
        Assert.Equal(latencies.Average(), histogram.Mean, most / 1e9);
        Assert.Equal(latencies.Length, histogram.Count);
    }

    [Fact]
    public void Merged_histograms_are_the_histogram_of_all()
    {
        long[] first = Latencies(4, 5_000, 3_000);
        long[] second = Latencies(5, 7_000, 50_000_000);
        LatencyHistogram merged = Of(first);
        merged.Add(Of(second));
        LatencyHistogram all = Of([.. first, .. second]);

        Assert.All(Shares, share => Assert.Equal(all.Quantile(share), merged.Quantile(share)));
        Assert.Equal((all.Count, all.Max), (merged.Count, merged.Max));
        Assert.Equal(all.Mean, merged.Mean, 0.001);
    }

    [Fact]
    public void Every_bucket_ends_where_the_next_begins()
    {
        for (long value = 1; value < LatencyHistogram.MaxMicroseconds / 2; value += 1 + (value / 40))
        {
            LatencyHistogram one = Of(value, LatencyHistogram.MaxMicroseconds);
            long end = one.Quantile(0.5);
            Assert.InRange(end, value, value + (value / 1000));
            Assert.Equal(end, Of(end, LatencyHistogram.MaxMicroseconds).Quantile(0.5));
            Assert.True(Of(end + 1, LatencyHistogram.MaxMicroseconds).Quantile(0.5) > end);
        }
    }

    [Fact]
    public void Nothing_measured_is_zero_and_what_is_out_of_range_counts_as_its_end()
    {
        Assert.Equal((0L, 0L, 0d), (new LatencyHistogram().Quantile(0.5), new LatencyHistogram().Max, new LatencyHistogram().Mean));
        LatencyHistogram histogram = Of(-5, long.MaxValue);
        Assert.Equal((0L, LatencyHistogram.MaxMicroseconds), (histogram.Quantile(0.5), histogram.Max));
        histogram.Clear();
        Assert.Equal((0L, 0L), (histogram.Count, histogram.Quantile(1)));
    }

    private static LatencyHistogram Of(params ReadOnlySpan<long> latencies)
    {
        var histogram = new LatencyHistogram();
        foreach (long latency in latencies)
        {
            histogram.Add(latency);
        }

        return histogram;
    }

    private static long[] Latencies(ulong seed, int count, long most)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (long)Math.Pow(most, random.NextDouble()))];
    }
}
