using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Holdfast.EndToEnd.Harness;

/// <summary>One run of <c>holdfast server</c>, or of another program of ours that serves until it is told to stop.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private NodeProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>All that it said so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The memory that it holds, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts the program with arguments; <paramref name="wrapper"/> is a command that starts it, such as a tracer.</summary>
    public static NodeProcess Start(IEnumerable<string> arguments, IReadOnlyList<string>? wrapper = null, string? folder = null)
    {
        string[] command = [.. wrapper ?? [], "dotnet", Repository.Program, .. arguments];
        return new NodeProcess(Tool.Start(command[0], command[1..], folder));
    }

    /// <summary>Ends it as a crash does: it gets no chance to do anything.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
    }

    public Task SignalAsync(string signal) => Tool.SignalAsync(signal, Pid);

    /// <summary>Waits for its end; gives the exit status.</summary>
    public async Task<int> ExitAsync()
    {
        using var bound = new CancellationTokenSource(Patience.Bound);
        try
        {
            await _process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"process {Pid} did not end\n{Log}"), late);
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Note(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }
}
