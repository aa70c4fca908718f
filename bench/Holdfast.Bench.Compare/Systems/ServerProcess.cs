using System.Diagnostics;
using Holdfast.Bench.Compare.Tools;

namespace Holdfast.Bench.Compare.Systems;

/// <summary>A server that runs until it is disposed of. Keeps the last lines that it said.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int KeptLines = 20;
    private readonly Process _process;
    private readonly Command _command;
    private readonly Queue<string> _lines = new();

    public ServerProcess(Command command)
    {
        _command = command;
        _process = new Process { StartInfo = command.StartInfo() };
        _process.OutputDataReceived += (_, said) => Keep(said.Data);
        _process.ErrorDataReceived += (_, said) => Keep(said.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <exception cref="BenchmarkException">It ended by itself.</exception>
    public void RequireRunning()
    {
        if (_process.HasExited)
        {
            lock (_lines)
            {
                throw new BenchmarkException($"{_command}: ended with status {_process.ExitCode}\n{string.Join('\n', _lines)}");
            }
        }
    }

    /// <summary>Ends it at once: its data goes with it.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_lines)
        {
            if (line is not null)
            {
                _lines.Enqueue(line);
            }

            if (_lines.Count > KeptLines)
            {
                _lines.Dequeue();
            }
        }
    }
}
