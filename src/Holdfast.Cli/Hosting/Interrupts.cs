namespace Holdfast.Cli.Hosting;

/// <summary>Ctrl-C ends the program, or, while a shell runs a command, only that command. Thread-safe.</summary>
internal sealed class Interrupts
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _command;

    /// <summary>Whether the interrupt went to a command; if not, it is the program's.</summary>
    public bool Raise()
    {
        lock (_lock)
        {
            _command?.Cancel();
            return _command is not null;
        }
    }

    /// <summary>Runs one command of a shell; an interrupt cancels its token alone.</summary>
    public async Task<int> RunAsync(Func<CancellationToken, Task<int>> command, CancellationToken cancellationToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Set(source);
        try
        {
            return await command(source.Token);
        }
        finally
        {
            Set(null);
        }
    }

    private void Set(CancellationTokenSource? command)
    {
        lock (_lock)
        {
            _command = command;
        }
    }
}
