using System.Text;

namespace Holdfast.Cli.Shell;

/// <summary>The text of a line being edited, and the cursor in it. A surrogate pair counts as one character. Not thread-safe.</summary>
internal sealed class LineBuffer
{
    private readonly StringBuilder _text = new();

    /// <summary>The text.</summary>
    public string Text => _text.ToString();

    /// <summary>The index before which the cursor stands, 0 to the length.</summary>
    public int Cursor { get; private set; }

    /// <summary>Whether there is no text.</summary>
    public bool IsEmpty => _text.Length == 0;

    /// <summary>Inserts at the cursor and moves behind it.</summary>
    public void Insert(string text)
    {
        _text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    /// <summary>Takes another text, with the cursor at its end.</summary>
    public void Replace(string text)
    {
        _text.Clear().Append(text);
        Cursor = text.Length;
    }

    public void Left() => Cursor = Before(Cursor);

    public void Right() => Cursor = After(Cursor);

    public void Home() => Cursor = 0;

    public void End() => Cursor = _text.Length;

    /// <summary>Moves to the start of the word before the cursor.</summary>
    public void WordLeft() => Cursor = WordStart();

    /// <summary>Moves behind the word after the cursor.</summary>
    public void WordRight()
    {
        while (Cursor < _text.Length && _text[Cursor] == ' ')
        {
            Cursor++;
        }

        while (Cursor < _text.Length && _text[Cursor] != ' ')
        {
            Cursor++;
        }
    }

    /// <summary>Removes the character before the cursor.</summary>
    public void Backspace() => RemoveBackTo(Before(Cursor));

    /// <summary>Removes the character at the cursor.</summary>
    public void Delete() => _text.Remove(Cursor, After(Cursor) - Cursor);

    /// <summary>Removes what is before the cursor.</summary>
    public void KillToStart() => RemoveBackTo(0);

    /// <summary>Removes what is from the cursor on.</summary>
    public void KillToEnd() => _text.Length = Cursor;

    /// <summary>Removes the word before the cursor, and the blanks between.</summary>
    public void KillWord() => RemoveBackTo(WordStart());

    private void RemoveBackTo(int start)
    {
        _text.Remove(start, Cursor - start);
        Cursor = start;
    }

    private int WordStart()
    {
        int start = Cursor;
        while (start > 0 && _text[start - 1] == ' ')
        {
            start--;
        }

        while (start > 0 && _text[start - 1] != ' ')
        {
            start--;
        }

        return start;
    }

    private int Before(int index) => index switch
    {
        0 => 0,
        1 => 0,
        _ => char.IsSurrogatePair(_text[index - 2], _text[index - 1]) ? index - 2 : index - 1,
    };

    private int After(int index)
    {
        bool pair = index + 1 < _text.Length && char.IsSurrogatePair(_text[index], _text[index + 1]);
        return Math.Min(_text.Length, index + (pair ? 2 : 1));
    }
}
