using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Holdfast.Resp.Protocol;

/// <summary>Writes replies in the version of the protocol that the connection chose.</summary>
internal readonly struct RespWriter(IBufferWriter<byte> output, bool resp3)
{
    // Payloads above this length are written piece by piece, so that the output need not find room for them at once.
    private const int WholeBytes = 16 * 1024;
    private const int NumberBytes = 24;

    /// <summary>Writes <c>+OK</c>.</summary>
    public void Ok() => output.Write("+OK\r\n"u8);

    /// <summary>Writes a simple string, which has no line ends.</summary>
    public void Simple(ReadOnlySpan<byte> text) => Line((byte)'+', text);

    /// <summary>Writes a simple string of ASCII without line ends.</summary>
    public void Simple(string text) => Simple(Encoding.ASCII.GetBytes(text));

    /// <summary>Writes an error that begins with its code; line ends in it become spaces.</summary>
    public void Error(ReadOnlySpan<byte> text) => Line((byte)'-', text);

    /// <summary>Writes an error that begins with its code, a byte a character; line ends in it become spaces.</summary>
    public void Error(string text) => Error(Encoding.Latin1.GetBytes(text));

    /// <summary>Writes an integer.</summary>
    public void Integer(long value) => Number((byte)':', value);

    /// <summary>Writes a bulk string.</summary>
    public void Bulk(ReadOnlySpan<byte> value)
    {
        if (value.Length > WholeBytes)
        {
            Number((byte)'$', value.Length);
            output.Write(value);
            output.Write("\r\n"u8);
            return;
        }

        Span<byte> span = output.GetSpan(value.Length + NumberBytes + 2);
        int length = Format(span, (byte)'$', value.Length);
        value.CopyTo(span[length..]);
        length += value.Length;
        "\r\n"u8.CopyTo(span[length..]);
        output.Advance(length + 2);
    }

    /// <summary>Writes a bulk string in UTF-8.</summary>
    public void Bulk(string value) => Bulk(Encoding.UTF8.GetBytes(value));

    /// <summary>Writes text to be shown to a person: a verbatim string in RESP3.</summary>
    public void Text(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        if (!resp3)
        {
            Bulk(bytes);
            return;
        }

        Number((byte)'=', bytes.Length + 4);
        output.Write("txt:"u8);
        output.Write(bytes);
        output.Write("\r\n"u8);
    }

    /// <summary>Writes that there is no value.</summary>
    public void Null() => output.Write(resp3 ? "_\r\n"u8 : "$-1\r\n"u8);

    /// <summary>Writes that there is no array.</summary>
    public void NullArray() => output.Write(resp3 ? "_\r\n"u8 : "*-1\r\n"u8);

    /// <summary>Writes a reply that was written before, in the same version of the protocol.</summary>
    public void Encoded(ReadOnlySpan<byte> reply) => output.Write(reply);

    /// <summary>Begins an array of so many elements.</summary>
    public void Array(int count) => Number((byte)'*', count);

    /// <summary>Begins a map of so many pairs: in RESP2 an array of twice as many elements.</summary>
    public void Map(int pairs)
    {
        if (resp3)
        {
            Number((byte)'%', pairs);
        }
        else
        {
            Number((byte)'*', pairs * 2);
        }
    }

    /// <summary>Begins a set: in RESP2 an array.</summary>
    public void Set(int count) => Number(resp3 ? (byte)'~' : (byte)'*', count);

    private static int Format(Span<byte> span, byte type, long value)
    {
        span[0] = type;
        _ = Utf8Formatter.TryFormat(value, span[1..], out int digits);
        "\r\n"u8.CopyTo(span[(1 + digits)..]);
        return 3 + digits;
    }

    private void Number(byte type, long value) => output.Advance(Format(output.GetSpan(NumberBytes), type, value));

    private void Line(byte type, ReadOnlySpan<byte> text)
    {
        Span<byte> span = output.GetSpan(text.Length + 3);
        span[0] = type;
        Span<byte> line = span.Slice(1, text.Length);
        text.CopyTo(line);
        line.Replace((byte)'\r', (byte)' ');
        line.Replace((byte)'\n', (byte)' ');
        "\r\n"u8.CopyTo(span[(1 + text.Length)..]);
        output.Advance(text.Length + 3);
    }
}
