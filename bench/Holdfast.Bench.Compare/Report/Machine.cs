using System.Runtime.InteropServices;
using Holdfast.Bench.Compare.Tools;

namespace Holdfast.Bench.Compare.Report;

/// <summary>Where and with what the figures were taken.</summary>
internal sealed record Machine(
    DateTimeOffset Taken,
    string Commit,
    string Processor,
    int Cores,
    string Kernel,
    string FileSystem,
    string LoadAverage,
    IReadOnlyDictionary<string, string> Versions)
{
    public static async Task<Machine> ReadAsync(Measurement measurement, CancellationToken stop)
    {
        var versions = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["holdfast"] = await FirstLineAsync("dotnet", [measurement.Program, "--version"], stop) ?? "unknown",
        };
        foreach (string tool in (string[])["redis-server", "redis-benchmark", "etcd", "wrk", "perf"])
        {
            versions[tool] = await FirstLineAsync(tool, [tool == "wrk" ? "-v" : "--version"], stop) ?? "not installed";
        }

        return new Machine(
            DateTimeOffset.UtcNow,
            await CommitAsync(stop),
            ProcessorName(),
            Environment.ProcessorCount,
            $"{RuntimeInformation.OSDescription}, Linux {(await File.ReadAllTextAsync("/proc/sys/kernel/osrelease", stop)).Trim()}",
            await FileSystemAsync(measurement.Directory, stop),
            LoadAverageNow(),
            versions);
    }

    /// <summary>The work that waits for the processors, over 1, 5 and 15 minutes.</summary>
    public static string LoadAverageNow() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));

    /// <exception cref="BenchmarkException">The data would be in memory, where a sync costs nothing.</exception>
    public void RequireDisk()
    {
        if (FileSystem is "tmpfs" or "ramfs")
        {
            throw new BenchmarkException($"the directory is in memory ({FileSystem}): name one on a disk with --directory");
        }
    }

    private static string ProcessorName() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 1)..].Trim()
            : "unknown";

    /// <summary>The type as the kernel mounts it.</summary>
    private static async Task<string> FileSystemAsync(string directory, CancellationToken stop) =>
        (await Tool.RunAsync(new Command("df", ["--output=fstype", directory]), stop)).Succeeded().Out.Trim().Split('\n')[^1];

    private static async Task<string> CommitAsync(CancellationToken stop)
    {
        string folder = AppContext.BaseDirectory;
        if (await FirstLineAsync("git", ["-C", folder, "rev-parse", "HEAD"], stop) is not { } commit)
        {
            return "unknown";
        }

        return await FirstLineAsync("git", ["-C", folder, "status", "--porcelain"], stop) is null ? commit : commit + ", changed";
    }

    private static async Task<string?> FirstLineAsync(string program, string[] arguments, CancellationToken stop)
    {
        if (!Tool.Has(program))
        {
            return null;
        }

        Ended ended = await Tool.RunAsync(new Command(program, arguments), stop);
        return ended.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
    }
}
