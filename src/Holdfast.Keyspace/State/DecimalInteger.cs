using System.Buffers.Text;

namespace Holdfast.Keyspace;

/// <summary>Integers as Redis writes them in values: the shortest decimal form, nothing around it.</summary>
internal static class DecimalInteger
{
    /// <summary>The longest text: a sign and 19 digits.</summary>
    public const int MaxLength = 20;

    /// <summary>Reads an integer of 64 bits; refuses any text that <see cref="Format"/> would not write.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long number)
    {
        if (!Utf8Parser.TryParse(text, out number, out int read) || read != text.Length)
        {
            return false;
        }

        Span<byte> canonical = stackalloc byte[MaxLength];
        return canonical[..Format(number, canonical)].SequenceEqual(text);
    }

    /// <summary>Writes an integer; returns the bytes written.</summary>
    public static int Format(long number, Span<byte> output)
    {
        _ = Utf8Formatter.TryFormat(number, output, out int written);
        return written;
    }
}
