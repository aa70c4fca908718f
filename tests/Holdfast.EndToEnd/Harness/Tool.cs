using System.Diagnostics;
using System.Globalization;

namespace Holdfast.EndToEnd.Harness;

/// <summary>What a program that ran to its end left.</summary>
internal sealed record Ended(int Status, string Out, string Error)
{
    /// <summary>The output's lines.</summary>
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>This, when the program succeeded.</summary>
    public Ended Succeeded()
    {
        Assert.True(Status == 0, $"status {Status}\n{Out}\n{Error}");
        return this;
    }
}

/// <summary>Runs programs to their end.</summary>
internal static class Tool
{
    /// <summary>Whether the program is installed.</summary>
    public static bool Has(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));

    /// <summary>Runs a program; one that hangs is ended, and fails the test.</summary>
    public static async Task<Ended> RunAsync(string program, IEnumerable<string> arguments, string? input = null, string? folder = null)
    {
        using Process process = Start(program, arguments, folder);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        return await EndOfAsync(process, output, error);
    }

    /// <summary>Runs <c>holdfast</c> with arguments, against the endpoint in its environment.</summary>
    public static Task<Ended> HoldfastAsync(string[] arguments, string? input = null) =>
        RunAsync("dotnet", [Repository.Program, .. arguments], input);

    /// <summary>Waits for a program and what it says.</summary>
    public static async Task<Ended> EndOfAsync(Process process, Task<string> output, Task<string> error)
    {
        using var bound = new CancellationTokenSource(Patience.Bound);
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"'{process.StartInfo.FileName}' did not end\n{await output}\n{await error}");
        }

        return new Ended(process.ExitCode, await output, await error);
    }

    /// <summary>Starts a program with all its streams redirected.</summary>
    public static Process Start(string program, IEnumerable<string> arguments, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? string.Empty,
        };
        foreach (string variable in start.Environment.Keys.Where(name => name.StartsWith("HOLDFAST_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(variable);
        }

        return Process.Start(start)!;
    }

    /// <summary>Sends a signal.</summary>
    public static async Task SignalAsync(string signal, int pid) =>
        (await RunAsync("kill", [$"-{signal}", pid.ToString(CultureInfo.InvariantCulture)])).Succeeded();
}
