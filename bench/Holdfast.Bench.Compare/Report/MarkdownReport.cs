using System.Globalization;
using System.Text;
using Holdfast.Bench.Compare.Rows;

namespace Holdfast.Bench.Compare.Report;

/// <summary>The tables for people, to be pasted as they are.</summary>
internal static class MarkdownReport
{
    private static readonly (Section Section, string Title)[] Sections =
    [
        (Section.Plain, "Plain Redis clients against one node, beside redis-server"),
        (Section.Cluster, "Redis clients that know the cluster, beside redis-server with as many client threads"),
        (Section.Etcd, "Puts and linearizable gets over all three nodes, beside etcd's three members"),
        (Section.Http, "HTTP with keep-alive (wrk) against one node, beside RESP"),
    ];

    public static string Of(CompareOptions options, Machine machine, IReadOnlyList<RowResult> results)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Taken {machine.Taken:yyyy-MM-dd HH:mm} UTC at {machine.Commit}, ");
        text.Append(CultureInfo.InvariantCulture, $"{options.Scale.Name} scale, runs of each row and system: {options.Runs}.\n");
        text.Append(CultureInfo.InvariantCulture, $"{machine.Processor}, {machine.Cores} cores, {machine.Kernel}, {machine.FileSystem}, ");
        text.Append(CultureInfo.InvariantCulture, $"load average {machine.LoadAverage} before, {Machine.LoadAverageNow()} after.\n");
        text.Append(string.Join("; ", machine.Versions.Select(version => $"{version.Key}: {version.Value}"))).Append('\n');
        foreach ((Section section, string title) in Sections)
        {
            RowResult[] rows = [.. results.Where(row => row.Title.Section == section)];
            if (rows.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n### {title}\n\n");
                AppendRates(text, rows);
                AppendCosts(text, rows);
            }
        }

        AppendDisk(text, results);
        text.Append(CultureInfo.InvariantCulture, $"\nEvery run: {options.Json}\n");
        return text.ToString();
    }

    private static void AppendRates(StringBuilder text, RowResult[] rows)
    {
        text.Append("| | system | operations/s | p50 ms | p99 ms | ratio to | ratio |\n| --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (RowResult row in rows)
        {
            if (row.LeftOut is { } why)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {row.Title.Shape} | {why} | | | | | |\n");
                continue;
            }

            foreach (string ours in row.Ours)
            {
                Spread ratio = Spread.Of(row.RatiosOf(ours));
                AppendRate(text, row, ours, $"{row.Peer} | {Format(ratio, "0.00")}");
            }

            AppendRate(text, row, row.Peer, " | ");
        }
    }

    private static void AppendRate(StringBuilder text, RowResult row, string system, string ratio)
    {
        text.Append(CultureInfo.InvariantCulture, $"| {row.Title.Shape} | {system} ");
        text.Append(CultureInfo.InvariantCulture, $"| {Format(row.Of(system, run => run.OperationsPerSecond), "0")} ");
        text.Append(CultureInfo.InvariantCulture, $"| {row.Of(system, run => run.P50Milliseconds).Median:0.000} ");
        text.Append(CultureInfo.InvariantCulture, $"| {row.Of(system, run => run.P99Milliseconds).Median:0.000} | {ratio} |\n");
    }

    /// <summary>What depends little on the rest of the machine.</summary>
    private static void AppendCosts(StringBuilder text, RowResult[] rows)
    {
        if (rows.All(row => row.LeftOut is not null))
        {
            return;
        }

        text.Append("\n| over all processes, an operation | system | CPU µs | context switches | bytes written | fdatasyncs |\n");
        text.Append("| --- | --- | --- | --- | --- | --- |\n");
        foreach (RowResult row in rows.Where(row => row.LeftOut is null))
        {
            foreach (string system in row.Ours.Append(row.Peer))
            {
                SyncRun? syncs = row.SyncRuns.SingleOrDefault(run => run.System == system);
                text.Append(CultureInfo.InvariantCulture, $"| {row.Title.Shape} | {system} ");
                text.Append(CultureInfo.InvariantCulture, $"| {Format(row.Of(system, run => run.CpuMicrosecondsPerOperation), "0.0")} ");
                text.Append(CultureInfo.InvariantCulture, $"| {Format(row.Of(system, run => run.ContextSwitchesPerOperation), "0.00")} ");
                text.Append(CultureInfo.InvariantCulture, $"| {row.Of(system, run => run.BytesWrittenPerOperation).Median:0} ");
                text.Append(CultureInfo.InvariantCulture, $"| {(syncs is null ? "not counted" : $"{syncs.SyncsPerOperation:0.000}")} |\n");
            }
        }
    }

    /// <summary>The write of one client beside what the disk alone takes for it.</summary>
    private static void AppendDisk(StringBuilder text, IReadOnlyList<RowResult> results)
    {
        RowResult[] rows = [.. results.Where(row => row.DiskRuns.Count > 0)];
        if (rows.Length == 0)
        {
            return;
        }

        text.Append("\n### One SET at one client beside the disk\n\n");
        text.Append("| clients | p50 ms | three concurrent fdatasync loops | more than these |\n| --- | --- | --- | --- |\n");
        foreach (RowResult row in rows)
        {
            Spread ours = row.Of(row.Ours[0], run => run.P50Milliseconds);
            Spread disk = Spread.Of(row.DiskRuns.Select(run => run.P50Milliseconds));
            string clients = row.Title.Section.ToString().ToLowerInvariant();
            text.Append(CultureInfo.InvariantCulture, $"| {clients} | {Format(ours, "0.000")} | {Format(disk, "0.000")} ");
            text.Append(CultureInfo.InvariantCulture, $"| {(ours.Median - disk.Median) * 1000:0} µs |\n");
        }
    }

    /// <summary>The median, with lowest and highest when there is more than one value.</summary>
    private static string Format(Spread spread, string format)
    {
        return spread.Lowest < spread.Highest
            ? $"{Text(spread.Median)} ({Text(spread.Lowest)}..{Text(spread.Highest)})"
            : Text(spread.Median);

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
