using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Rest.Target;

/// <summary>Percent-encoding (RFC 3986 §2.1) of any byte. A plus sign stands for itself, in paths and in queries.</summary>
internal static class PercentEncoding
{
    private const int EscapeLength = 3;

    /// <summary>The bytes that <paramref name="text"/> stands for; false when an escape is malformed or a character is not ASCII.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        byte[] decoded = new byte[text.Length];
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            int value = text[i];
            if (value == '%')
            {
                if (text.Length - i < EscapeLength || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                {
                    return false;
                }

                value = (HexValue(text[i + 1]) << 4) | HexValue(text[i + 2]);
                i += EscapeLength - 1;
            }
            else if (!char.IsAscii(text[i]))
            {
                return false;
            }

            decoded[count++] = (byte)value;
        }

        bytes = count == decoded.Length ? decoded : decoded[..count];
        return true;
    }

    private static int HexValue(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
