using System.Globalization;
using System.Text;
using Holdfast.Bench.Compare.Meters;
using Holdfast.Bench.Compare.Report;

namespace Holdfast.Bench.Compare.Steady;

/// <summary>A long run in up to ten rows: minutes, by default.</summary>
internal static class SteadyTable
{
    private const int Rows = 10;
    private const double MiB = 1 << 20;

    public static string Of(SteadyResult result, Machine machine)
    {
        SteadyLoad load = result.Load;
        var text = new StringBuilder();
        Line($"Taken {machine.Taken:yyyy-MM-dd HH:mm} UTC at {machine.Commit}, {machine.Processor}, {machine.Cores} cores, {machine.FileSystem}.");
        Line($"{load.Operations:N0} SETs in {load.ElapsedSeconds:0} s, no error; p50 {load.P50Milliseconds:0.0} ms, p99 {load.P99Milliseconds:0.0} ms, the longest {load.MaxMilliseconds:0} ms.");
        Line($"");
        Line($"| until s | operations/s | memory of a node, MiB | all logs, MiB | all snapshots, MiB |");
        Line($"| --- | --- | --- | --- | --- |");
        int length = Math.Max(1, (load.Seconds.Count + Rows - 1) / Rows);
        int until = 0;
        foreach ((long[] rates, StoreSample[] samples) in load.Seconds.Chunk(length).Zip(result.Samples.Chunk(length)))
        {
            until += rates.Length;
            Line($"| {until} | {rates.Average():N0} | {Range(samples.SelectMany(s => s.MemoryBytes))} | {Range(samples.Select(s => s.LogBytes))} | {Range(samples.Select(s => s.SnapshotBytes))} |");
        }

        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Range(IEnumerable<long> bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes.Min() / MiB:N0}..{bytes.Max() / MiB:N0}");
}
