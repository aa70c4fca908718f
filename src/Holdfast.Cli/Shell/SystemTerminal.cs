namespace Holdfast.Cli.Shell;

/// <summary>The terminal that the program runs on.</summary>
internal sealed class SystemTerminal : ITerminal
{
    /// <summary>For a terminal that does not say how wide it is.</summary>
    private const int UsualWidth = 80;

    /// <inheritdoc/>
    public int Width => Console.WindowWidth > 0 ? Console.WindowWidth : UsualWidth;

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
