using System.Globalization;
using Holdfast.Bench.Compare.Load;
using Holdfast.Bench.Compare.Rows;
using Holdfast.Bench.Compare.Tools;

namespace Holdfast.Bench.Compare.Meters;

/// <summary>Counts the calls of fdatasync and fsync with perf, while it runs a load generator.</summary>
internal sealed class SyncCounter(string directory)
{
    private const string Events = "syscalls:sys_enter_fdatasync,syscalls:sys_enter_fsync";
    private const int Attempts = 5;
    private readonly string _file = Path.Combine(directory, "perf.csv");

    /// <summary>Whether perf is installed, and may watch these calls.</summary>
    public async Task<bool> WorksAsync(CancellationToken stop) =>
        Tool.Has("perf") && (await Tool.RunAsync(new Command("perf", ["stat", "-e", Events, "-o", _file, "--", "true"]), stop)).Status == 0;

    public async Task<SyncRun> CountAsync(
        Contestant contestant, IExternalLoadGenerator generator, LoadShape shape, Amount amount, CancellationToken stop)
    {
        Command load = generator.CommandFor(shape, amount);
        var watched = new Command(
            "perf",
            [
                "stat", "-x", ",", "-e", Events, "-p", string.Join(',', contestant.System.ProcessIds), "-o", _file,
                "--", load.Program, .. load.Arguments,
            ]);
        LoadResult result = generator.Parse(shape, amount, await RunAsync(watched, stop));
        return new SyncRun(contestant.Name, result.Operations, await CountedAsync(stop));
    }

    // A thread that ends while perf begins to watch each thread makes it give up before it has started the load.
    private static async Task<Ended> RunAsync(Command watched, CancellationToken stop)
    {
        Ended ended;
        int attempts = 0;
        do
        {
            ended = await Tool.RunAsync(watched, stop);
        }
        while (ended.Status != 0 && ++attempts < Attempts && ended.Error.Contains("No such process", StringComparison.Ordinal));
        return ended;
    }

    /// <summary>A line is "count,unit,event,...".</summary>
    private async Task<long> CountedAsync(CancellationToken stop) =>
        (await File.ReadAllLinesAsync(_file, stop))
            .Where(line => line.Contains("sys_enter_", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split(',')[0], CultureInfo.InvariantCulture));
}
