namespace Holdfast.Cli.Shell;

/// <summary>A terminal on which lines are edited. Used by one thread.</summary>
internal interface ITerminal
{
    /// <summary>The columns of a line.</summary>
    int Width { get; }

    /// <summary>Waits for a key; Ctrl-C is a key like any other.</summary>
    ConsoleKeyInfo ReadKey();

    /// <summary>Writes text and control sequences (ECMA-48).</summary>
    void Write(string text);
}
