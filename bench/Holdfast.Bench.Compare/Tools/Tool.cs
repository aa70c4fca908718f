using System.Diagnostics;

namespace Holdfast.Bench.Compare.Tools;

/// <summary>A program with its arguments.</summary>
internal sealed record Command(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>How it is started: with its output redirected, and without the caller's settings for the systems.</summary>
    public ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(Program, Arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string variable in start.Environment.Keys.Where(IsSetting).ToArray())
        {
            start.Environment.Remove(variable);
        }

        return start;
    }

    public override string ToString() => $"{Program} {string.Join(' ', Arguments)}";

    private static bool IsSetting(string variable) =>
        variable.StartsWith("HOLDFAST_", StringComparison.Ordinal) || variable.StartsWith("ETCD_", StringComparison.Ordinal);
}

/// <summary>What a program said until its end.</summary>
internal sealed record Ended(Command Command, int Status, string Out, string Error)
{
    /// <exception cref="BenchmarkException">The program failed.</exception>
    public Ended Succeeded() => Status == 0 ? this : throw Failure($"ended with status {Status}");

    public BenchmarkException Failure(string why) => new($"{Command}: {why}\n{Out}{Error}".TrimEnd());
}

/// <summary>Runs programs to their end.</summary>
internal static class Tool
{
    /// <summary>Whether the program is installed.</summary>
    public static bool Has(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));

    /// <summary>Runs a program to its end; when stopped, ends it first.</summary>
    public static async Task<Ended> RunAsync(Command command, CancellationToken stop)
    {
        using Process process = Process.Start(command.StartInfo())!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true); // perf has the load generator as its child.
            throw;
        }

        return new Ended(command, process.ExitCode, await output, await error);
    }
}
