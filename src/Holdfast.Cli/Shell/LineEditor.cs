namespace Holdfast.Cli.Shell;

/// <summary>What Tab offers.</summary>
/// <param name="Start">Where in the line the word begins that they would replace.</param>
/// <param name="Words">The words, in order.</param>
internal readonly record struct Completion(int Start, IReadOnlyList<string> Words);

/// <summary>What a line's text up to the cursor can be completed to.</summary>
internal delegate Task<Completion> Completer(string textToCursor, CancellationToken cancellationToken);

/// <summary>Reads lines from a terminal, with the keys that people know from readline. Not thread-safe.</summary>
internal sealed class LineEditor(ITerminal terminal, LineHistory history, Completer completer)
{
    private readonly LineBuffer _line = new();
    private string _prompt = string.Empty;

    /// <summary>The next line; null at its end (Ctrl-D on an empty line). Ctrl-C drops the line and gives an empty one.</summary>
    public async Task<string?> ReadAsync(string prompt, CancellationToken cancellationToken)
    {
        _prompt = prompt;
        _line.Replace(string.Empty);
        Render();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ConsoleKeyInfo key = terminal.ReadKey();
            bool control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    terminal.Write("\r\n");
                    history.Add(_line.Text);
                    return _line.Text;
                case ConsoleKey.C when control:
                    terminal.Write("^C\r\n");
                    return string.Empty;
                case ConsoleKey.D when control && _line.IsEmpty:
                    terminal.Write("\r\n");
                    return null;
                case ConsoleKey.Tab:
                    await CompleteAsync(cancellationToken);
                    break;
                default:
                    Edit(key, control);
                    break;
            }

            Render();
        }
    }

    private void Edit(ConsoleKeyInfo key, bool control)
    {
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow when control: _line.WordLeft(); break;
            case ConsoleKey.RightArrow when control: _line.WordRight(); break;
            case ConsoleKey.LeftArrow: _line.Left(); break;
            case ConsoleKey.RightArrow: _line.Right(); break;
            case ConsoleKey.Home: _line.Home(); break;
            case ConsoleKey.End: _line.End(); break;
            case ConsoleKey.Backspace: _line.Backspace(); break;
            case ConsoleKey.Delete: _line.Delete(); break;
            case ConsoleKey.UpArrow: Recall(history.Previous(_line.Text)); break;
            case ConsoleKey.DownArrow: Recall(history.Next()); break;
            default:
                if (control)
                {
                    EditWithControl(key.Key);
                }
                else if (!char.IsControl(key.KeyChar))
                {
                    _line.Insert(key.KeyChar.ToString());
                }

                break;
        }
    }

    private void EditWithControl(ConsoleKey key)
    {
        switch (key)
        {
            case ConsoleKey.A: _line.Home(); break;
            case ConsoleKey.E: _line.End(); break;
            case ConsoleKey.B: _line.Left(); break;
            case ConsoleKey.F: _line.Right(); break;
            case ConsoleKey.D: _line.Delete(); break;
            case ConsoleKey.H: _line.Backspace(); break;
            case ConsoleKey.K: _line.KillToEnd(); break;
            case ConsoleKey.U: _line.KillToStart(); break;
            case ConsoleKey.W: _line.KillWord(); break;
            case ConsoleKey.P: Recall(history.Previous(_line.Text)); break;
            case ConsoleKey.N: Recall(history.Next()); break;
            case ConsoleKey.L: terminal.Write("\u001b[H\u001b[2J"); break;
            default: break;
        }
    }

    private void Recall(string? line)
    {
        if (line is not null)
        {
            _line.Replace(line);
        }
    }

    /// <summary>Completes as far as all words agree; when that adds nothing, shows them.</summary>
    private async Task CompleteAsync(CancellationToken cancellationToken)
    {
        string before = _line.Text[.._line.Cursor];
        Completion completion = await completer(before, cancellationToken);
        if (completion.Words.Count == 0)
        {
            return;
        }

        string typed = before[completion.Start..];
        string common = completion.Words.Aggregate(CommonStart);
        if (completion.Words.Count == 1)
        {
            common += " ";
        }

        if (common.Length > typed.Length && common.StartsWith(typed, StringComparison.Ordinal))
        {
            _line.Insert(common[typed.Length..]);
        }
        else
        {
            terminal.Write("\r\n" + string.Join("  ", completion.Words) + "\r\n");
        }
    }

    private static string CommonStart(string left, string right) => left[..left.AsSpan().CommonPrefixLength(right)];

    /// <summary>Writes the line anew: of one that is longer than the terminal the part around the cursor.</summary>
    private void Render()
    {
        string text = _line.Text;
        int room = Math.Max(1, terminal.Width - _prompt.Length - 1);
        int first = Math.Max(0, _line.Cursor - room);
        string shown = text.Substring(first, Math.Min(room, text.Length - first));
        int column = _prompt.Length + _line.Cursor - first;
        terminal.Write($"\r{_prompt}{shown}\u001b[K\r\u001b[{column}C");
    }
}
