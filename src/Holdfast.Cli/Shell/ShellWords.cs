using System.Buffers;
using System.Text;

namespace Holdfast.Cli.Shell;

/// <summary>
/// The words of a shell's line. Blanks part them; <c>"..."</c> and <c>'...'</c> hold blanks; a backslash outside of single quotes
/// takes the next character as it is, and <c>\n</c>, <c>\t</c> within double quotes are a newline and a tab.
/// </summary>
internal static class ShellWords
{
    private static readonly SearchValues<char> Special = SearchValues.Create(" \t\r\n\"'\\");

    /// <summary>Splits a line.</summary>
    /// <exception cref="FormatException">A quote is not closed.</exception>
    public static List<string> Split(string line)
    {
        var words = new List<string>();
        int position = 0;
        while (true)
        {
            while (position < line.Length && char.IsWhiteSpace(line[position]))
            {
                position++;
            }

            if (position == line.Length)
            {
                return words;
            }

            words.Add(Word(line, ref position));
        }
    }

    /// <summary>A word in the form that <see cref="Split"/> reads as that word.</summary>
    public static string Quote(string word)
    {
        bool plain = word.Length > 0 && !word.AsSpan().ContainsAny(Special);
        return plain ? word : "\"" + word.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\t", "\\t") + "\"";
    }

    private static string Word(string line, ref int position)
    {
        var word = new StringBuilder();
        char quote = '\0';
        for (; position < line.Length && (quote != '\0' || !char.IsWhiteSpace(line[position])); position++)
        {
            char c = line[position];
            if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '"' or '\'')
            {
                quote = c;
            }
            else if (c == '\\' && quote != '\'' && position + 1 < line.Length)
            {
                word.Append(Escaped(line[++position], quote == '"'));
            }
            else
            {
                word.Append(c);
            }
        }

        return quote == '\0' ? word.ToString() : throw new FormatException($"the quote {quote} is not closed");
    }

    private static char Escaped(char c, bool quoted) => (c, quoted) switch
    {
        ('n', true) => '\n',
        ('t', true) => '\t',
        _ => c,
    };
}
