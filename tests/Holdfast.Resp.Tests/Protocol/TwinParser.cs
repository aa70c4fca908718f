using System.Globalization;
using System.Text;

namespace Holdfast.Resp.Tests.Protocol;

/// <summary>
/// A second parser, slow and simple, that sees all input at once as text. What it finds must be what the real one finds however
/// the input is cut.
/// </summary>
internal static class TwinParser
{
    private const int MaxLine = 64 * 1024;

    public static string Show(string[] arguments) => "Command " + string.Join(' ', arguments.Select(argument => $"<{argument}>"));

    public static List<string> Parse(byte[] bytes)
    {
        string input = Encoding.Latin1.GetString(bytes);
        List<string> found = [];
        int position = 0;
        while (position < input.Length)
        {
            string? result = input[position] == '*' ? ParseArray(input, ref position) : ParseInline(input, ref position);
            if (result is null)
            {
                break;
            }

            found.Add(result);
            if (result.StartsWith("ProtocolError", StringComparison.Ordinal))
            {
                break;
            }
        }

        return found;
    }

    private static string? ParseArray(string input, ref int position)
    {
        int p = position;
        string? refusal = null;
        if (!TakeLine(input, ref p, out string? line))
        {
            return input.Length - position - 1 >= MaxLine ? "ProtocolError Protocol error: too big mbulk count string" : null;
        }

        if (!TryNumber(line[1..], out long count) || count > 1024 * 1024)
        {
            return "ProtocolError Protocol error: invalid multibulk length";
        }

        List<string> arguments = [];
        long size = line.Length + 2;
        for (long i = 0; i < count; i++)
        {
            int header = p;
            if (!TakeLine(input, ref p, out line))
            {
                return input.Length - header - 1 >= MaxLine ? "ProtocolError Protocol error: too big bulk count string" : null;
            }

            if (line.Length == 0 || line[0] != '$')
            {
                char got = line.Length == 0 ? '\r' : line[0];
                return $"ProtocolError Protocol error: expected '$', got '{got}'";
            }

            if (!TryNumber(line[1..], out long length) || length is < 0 or > 512 * 1024 * 1024)
            {
                return "ProtocolError Protocol error: invalid bulk length";
            }

            size += line.Length + 2 + length + 2;
            refusal ??= length > ParserHarness.MaxBulkBytes
                ? "Refused string exceeds maximum allowed size (proto-max-bulk-len)"
                : size > ParserHarness.MaxCommandBytes ? $"Refused command exceeds maximum allowed size of {ParserHarness.MaxCommandBytes} bytes" : null;
            if (input.Length - p < length + 2)
            {
                return null;
            }

            arguments.Add(input.Substring(p, (int)length));
            p += (int)length + 2;
        }

        position = p;
        return count <= 0 ? "Nothing" : refusal ?? Show([.. arguments]);
    }

    /// <summary>A header line ends at the first carriage return after its first character, and one more character.</summary>
    private static bool TakeLine(string input, ref int p, out string line)
    {
        line = "";
        if (p >= input.Length)
        {
            return false;
        }

        int end = input.IndexOf('\r', p + 1);
        if (end < 0 || end + 1 >= input.Length || end - p - 1 >= MaxLine)
        {
            return false;
        }

        line = input[p..end];
        p = end + 2;
        return true;
    }

    private static bool TryNumber(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) &&
        value.ToString(CultureInfo.InvariantCulture) == text;

    private static string? ParseInline(string input, ref int position)
    {
        int end = input.IndexOf('\n', position);
        if (end < 0 || end - position > MaxLine)
        {
            return input.Length - position > MaxLine ? "ProtocolError Protocol error: too big inline request" : null;
        }

        string line = input[position..end];
        line = line.EndsWith('\r') ? line[..^1] : line;
        line = line.Contains('\0') ? line[..line.IndexOf('\0')] : line;
        position = end + 1;
        List<string>? arguments = Split(line);
        return arguments is null ? "ProtocolError Protocol error: unbalanced quotes in request" : arguments.Count == 0 ? "Nothing" : Show([.. arguments]);
    }

    private static List<string>? Split(string line)
    {
        List<string> arguments = [];
        int i = 0;
        while (true)
        {
            while (i < line.Length && " \t\n\v\f\r".Contains(line[i]))
            {
                i++;
            }

            if (i == line.Length)
            {
                return arguments;
            }

            StringBuilder argument = new();
            while (i < line.Length && !" \t\n\r".Contains(line[i]))
            {
                if (line[i] is '"' or '\'')
                {
                    if (!Unquote(line, ref i, argument))
                    {
                        return null;
                    }

                    break;
                }

                argument.Append(line[i++]);
            }

            arguments.Add(argument.ToString());
        }
    }

    private static bool Unquote(string line, ref int i, StringBuilder argument)
    {
        char quote = line[i++];
        while (i < line.Length && line[i] != quote)
        {
            if (line[i] == '\\' && quote == '\'' && i + 1 < line.Length && line[i + 1] == '\'')
            {
                argument.Append('\'');
                i += 2;
            }
            else if (line[i] == '\\' && quote == '"' && i + 1 < line.Length)
            {
                Unescape(line, ref i, argument);
            }
            else
            {
                argument.Append(line[i++]);
            }
        }

        i++;
        return i <= line.Length && (i == line.Length || " \t\n\v\f\r".Contains(line[i]));
    }

    private static void Unescape(string line, ref int i, StringBuilder argument)
    {
        if (line[i + 1] == 'x' && i + 3 < line.Length && char.IsAsciiHexDigit(line[i + 2]) && char.IsAsciiHexDigit(line[i + 3]))
        {
            argument.Append((char)Convert.ToByte(line.Substring(i + 2, 2), 16));
            i += 4;
            return;
        }

        argument.Append(line[i + 1] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'a' => '\a', char c => c });
        i += 2;
    }
}
