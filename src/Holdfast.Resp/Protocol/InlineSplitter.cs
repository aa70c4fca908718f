using System.Buffers;

namespace Holdfast.Resp.Protocol;

/// <summary>
/// Splits an inline command into arguments as Redis does: by white space, with "double quotes" (in which backslashes escape)
/// and 'single quotes'. The arguments are written to a buffer, which must be as long as the line.
/// </summary>
internal ref struct InlineSplitter(ReadOnlySpan<byte> line, Span<byte> output)
{
    private readonly ReadOnlySpan<byte> _line = line;
    private readonly Span<byte> _output = output;
    private int _position;
    private int _written;

    /// <summary>Whether a quote was not closed, or something other than white space followed one.</summary>
    public bool Unbalanced { get; private set; }

    /// <summary>Takes the next argument; false at the end of the line.</summary>
    public bool TryNext(out ArgumentRange argument)
    {
        argument = default;
        while (IsSpace(Peek(0)))
        {
            _position++;
        }

        if (Peek(0) == 0)
        {
            return false;
        }

        int start = _written;
        while (!Unbalanced && Peek(0) is not (0 or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
        {
            byte b = _line[_position++];
            if (b is (byte)'"' or (byte)'\'')
            {
                Unbalanced = !TakeQuoted(b);
                break;
            }

            _output[_written++] = b;
        }

        argument = new ArgumentRange(start, _written - start);
        return !Unbalanced;
    }

    private static bool IsSpace(byte b) => b is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r');

    private bool TakeQuoted(byte quote)
    {
        while (Peek(0) != 0)
        {
            byte b = _line[_position++];
            if (b == quote)
            {
                return Peek(0) == 0 || IsSpace(Peek(0));
            }

            _output[_written++] = b != '\\' ? b : quote == '"' ? TakeEscape() : TakeQuoteEscape();
        }

        return false;
    }

    /// <summary>In single quotes only a single quote can be escaped.</summary>
    private byte TakeQuoteEscape() => Peek(0) == '\'' ? _line[_position++] : (byte)'\\';

    private byte TakeEscape()
    {
        Span<byte> value = stackalloc byte[1];
        if (Peek(0) == 'x' && _line.Length - _position > 2 &&
            Convert.FromHexString(_line.Slice(_position + 1, 2), value, out _, out _) == OperationStatus.Done)
        {
            _position += 3;
            return value[0];
        }

        byte escaped = Peek(0);
        if (escaped == 0)
        {
            return (byte)'\\';
        }

        _position++;
        return escaped switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            _ => escaped,
        };
    }

    /// <summary>A byte of the line; zero ends it, as in Redis.</summary>
    private readonly byte Peek(int ahead) => _position + ahead < _line.Length ? _line[_position + ahead] : (byte)0;
}
