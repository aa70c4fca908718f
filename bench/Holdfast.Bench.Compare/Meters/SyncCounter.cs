using System.Diagnostics;
using System.Globalization;
using Holdfast.Bench.Compare.Load;
using Holdfast.Bench.Compare.Rows;
using Holdfast.Bench.Compare.Tools;

namespace Holdfast.Bench.Compare.Meters;

/// <summary>Counts the calls of fdatasync and fsync with perf, in a run of its own.</summary>
internal sealed class SyncCounter(string directory)
{
    private const string Events = "syscalls:sys_enter_fdatasync,syscalls:sys_enter_fsync";
    private const int Attempts = 5;
    private readonly string _file = Path.Combine(directory, "perf.csv");

    /// <summary>Whether perf is installed, and may watch these calls.</summary>
    public async Task<bool> WorksAsync(CancellationToken stop) =>
        Tool.Has("perf") && (await Tool.RunAsync(new Command("perf", ["stat", "-e", Events, "-o", _file, "--", "true"]), stop)).Status == 0;

    public async Task<SyncRun> CountAsync(Contestant contestant, LoadShape shape, Amount amount, CancellationToken stop)
    {
        using Process perf = await WatchAsync(contestant.System.ProcessIds, stop);
        try
        {
            LoadResult result = await contestant.GeneratorOf(0).RunAsync(shape, amount, stop);
            perf.StandardInput.Close();
            await perf.WaitForExitAsync(stop);
            if (perf.ExitCode != 0)
            {
                // Its file may be that of another run.
                throw new BenchmarkException($"perf ended with status {perf.ExitCode}: {await perf.StandardError.ReadToEndAsync(stop)}");
            }

            return new SyncRun(contestant.Name, result.Operations, await CountedAsync(stop));
        }
        finally
        {
            perf.Kill(entireProcessTree: true); // Nothing when it has ended.
        }
    }

    /// <summary>perf, which has begun, and goes on until its input ends.</summary>
    private async Task<Process> WatchAsync(IEnumerable<int> processes, CancellationToken stop)
    {
        string[] watch = ["stat", "-x", ",", "-e", Events, "-p", string.Join(',', processes), "-o", _file, "--", "sh", "-c", "echo; cat"];
        for (int attempt = 1; ; attempt++)
        {
            ProcessStartInfo start = new Command("perf", watch).StartInfo();
            start.RedirectStandardInput = true;
            Process perf = Process.Start(start)!;
            if (await perf.StandardOutput.ReadLineAsync(stop) is not null)
            {
                return perf;
            }

            // A thread that ends while perf begins to watch each thread makes it give up.
            string error = await perf.StandardError.ReadToEndAsync(stop);
            perf.Dispose();
            if (attempt == Attempts || !error.Contains("No such process", StringComparison.Ordinal))
            {
                throw new BenchmarkException($"perf can't watch the processes: {error}");
            }
        }
    }

    /// <summary>A line is "count,unit,event,...".</summary>
    private async Task<long> CountedAsync(CancellationToken stop) =>
        (await File.ReadAllLinesAsync(_file, stop))
            .Where(line => line.Contains("sys_enter_", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split(',')[0], CultureInfo.InvariantCulture));
}
