namespace Holdfast.Bench.Compare.Rows;

/// <summary>The nearest-rank percentile.</summary>
internal static class Percentile
{
    /// <param name="sorted">Ascending, at least one.</param>
    /// <param name="share">From 0 to 1.</param>
    public static double Of(double[] sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
