namespace Holdfast.Resp.Protocol;

/// <summary>Integers as Redis reads them: canonical decimal text, without plus sign, leading zeros or spaces.</summary>
internal static class IntegerText
{
    /// <summary>Reads a whole span as an integer; false when it is not canonical or does not fit 64 bits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        bool negative = text.Length > 1 && text[0] == '-';
        ReadOnlySpan<byte> digits = negative ? text[1..] : text;
        if (digits.Length is 0 or > 19 || (digits[0] == '0' && (digits.Length > 1 || negative)))
        {
            return false;
        }

        ulong magnitude = 0;
        foreach (byte b in digits)
        {
            uint digit = (uint)(b - '0');
            if (digit > 9)
            {
                return false;
            }

            // Nineteen digits always fit 64 bits without a sign.
            magnitude = (magnitude * 10) + digit;
        }

        if (magnitude > (negative ? 1UL << 63 : long.MaxValue))
        {
            return false;
        }

        value = negative ? unchecked(-(long)magnitude) : (long)magnitude;
        return true;
    }
}
