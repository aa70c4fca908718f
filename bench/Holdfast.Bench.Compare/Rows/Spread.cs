namespace Holdfast.Bench.Compare.Rows;

/// <summary>A median and how far its values lie apart.</summary>
internal sealed record Spread(double Median, double Lowest, double Highest)
{
    /// <param name="values">At least one.</param>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Spread((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }
}
