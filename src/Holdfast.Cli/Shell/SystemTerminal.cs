namespace Holdfast.Cli.Shell;

/// <summary>The terminal that the program runs on.</summary>
internal sealed class SystemTerminal : ITerminal
{
    /// <inheritdoc/>
    public int Width => Math.Max(20, Console.WindowWidth);

    /// <inheritdoc/>
    public ConsoleKeyInfo ReadKey()
    {
        // Only while a key is awaited: a running command is interrupted by the signal.
        Console.TreatControlCAsInput = true;
        try
        {
            return Console.ReadKey(intercept: true);
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }

    /// <inheritdoc/>
    public void Write(string text)
    {
        Console.Out.Write(text);
        Console.Out.Flush();
    }
}
