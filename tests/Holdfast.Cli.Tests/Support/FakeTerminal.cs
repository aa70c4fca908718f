using System.Text;
using Holdfast.Cli.Shell;

namespace Holdfast.Cli.Tests.Support;

/// <summary>A terminal on which a test has typed already. Control characters are keys: \t Tab, \r Enter, \u0001 Ctrl-A and so on.</summary>
internal sealed class FakeTerminal(params object[] strokes) : ITerminal
{
    private readonly Queue<ConsoleKeyInfo> _keys = new(strokes.SelectMany(KeysOf));
    private readonly StringBuilder _written = new();

    public int Width { get; init; } = 80;

    public string Written => _written.ToString();

    public ConsoleKeyInfo ReadKey() => _keys.Dequeue();

    public void Write(string text) => _written.Append(text);

    private static IEnumerable<ConsoleKeyInfo> KeysOf(object stroke) => stroke switch
    {
        ConsoleKey key => [new ConsoleKeyInfo('\0', key, false, false, false)],
        ConsoleKeyInfo info => [info],
        _ => ((string)stroke).Select(OfCharacter),
    };

    private static ConsoleKeyInfo OfCharacter(char c) => c switch
    {
        '\t' => new ConsoleKeyInfo(c, ConsoleKey.Tab, false, false, false),
        '\r' => new ConsoleKeyInfo(c, ConsoleKey.Enter, false, false, false),
        < ' ' => new ConsoleKeyInfo(c, ConsoleKey.A + (c - 1), false, false, control: true),
        _ => new ConsoleKeyInfo(c, ConsoleKey.None, false, false, false),
    };
}
