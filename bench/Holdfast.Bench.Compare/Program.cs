using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Holdfast.Bench.Compare;
using Holdfast.Bench.Compare.Report;
using Holdfast.Bench.Compare.Rows;

// Compares three Holdfast processes with other stores on this machine; bench/compare.sh builds everything and starts it.
if (args.Contains("--help"))
{
    Console.WriteLine(CompareOptions.Usage);
    return 0;
}

CompareOptions options;
try
{
    options = CompareOptions.Parse(args);
}
catch (FormatException failure)
{
    await Console.Error.WriteLineAsync($"{failure.Message}\n{CompareOptions.Usage}");
    return 2;
}

using var stop = new CancellationTokenSource();
Action<PosixSignalContext> end = context =>
{
    context.Cancel = true; // Everything that runs is ended first.
    stop.Cancel();
};
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, end);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, end);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, end);
string directory = Path.Combine(options.Directory, $"compare-{Environment.ProcessId}");
try
{
    Machine machine = await Machine.ReadAsync(options, stop.Token);
    machine.RequireDisk();
    Directory.CreateDirectory(directory);
    long start = Stopwatch.GetTimestamp();
    var comparison = new Comparison(
        options, directory, step => Console.Error.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalSeconds,6:0.0} s  {step}"));
    IReadOnlyList<RowResult> results = await comparison.RunAsync(stop.Token);
    await JsonReport.WriteAsync(options, machine, results, stop.Token);
    Console.Write(MarkdownReport.Of(options, machine, results));
    return 0;
}
catch (Exception) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("stopped");
    return 130;
}
catch (Exception failure) when (failure is BenchmarkException or HttpRequestException or IOException or SocketException)
{
    await Console.Error.WriteLineAsync($"compare: {failure.Message}");
    return 1;
}
finally
{
    if (Directory.Exists(directory))
    {
        Directory.Delete(directory, recursive: true);
    }
}
