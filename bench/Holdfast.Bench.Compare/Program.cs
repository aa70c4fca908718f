using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Holdfast.Bench.Compare;
using Holdfast.Bench.Compare.Report;
using Holdfast.Bench.Compare.Steady;

// "compare" compares three Holdfast processes with other stores on this machine, "steady" shows how they run for long; bench/compare.sh and
// bench/steady.sh build everything and start it.
bool isSteady = args is ["steady", ..];
string usage = isSteady ? SteadyOptions.Usage : CompareOptions.Usage;
if (args.Contains("--help"))
{
    Console.WriteLine(usage);
    return 0;
}

Measurement measurement;
try
{
    measurement = args switch
    {
        ["compare", .. string[] options] => CompareOptions.Parse(options),
        ["steady", .. string[] options] => SteadyOptions.Parse(options),
        _ => throw new FormatException("the first argument is 'compare' or 'steady'"),
    };
}
catch (FormatException failure)
{
    await Console.Error.WriteLineAsync($"{failure.Message}\n{usage}");
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
string directory = Path.Combine(measurement.Directory, $"{args[0]}-{Environment.ProcessId}");
try
{
    Machine machine = await Machine.ReadAsync(measurement, stop.Token);
    machine.RequireDisk();
    Directory.CreateDirectory(directory);
    long start = Stopwatch.GetTimestamp();
    Console.Write(await measurement.RunAsync(
        machine, directory, step => Console.Error.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalSeconds,6:0.0} s  {step}"), stop.Token));
    return 0;
}
catch (Exception) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("stopped");
    return 130;
}
catch (Exception failure) when (failure is BenchmarkException or HttpRequestException or IOException or SocketException)
{
    await Console.Error.WriteLineAsync($"bench: {failure.Message}");
    return 1;
}
finally
{
    if (Directory.Exists(directory))
    {
        Directory.Delete(directory, recursive: true);
    }
}
