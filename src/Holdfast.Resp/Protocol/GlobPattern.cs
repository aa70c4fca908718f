namespace Holdfast.Resp.Protocol;

/// <summary>
/// Redis' patterns: <c>*</c>, <c>?</c>, <c>[a-c]</c>, <c>[^x]</c> and <c>\</c> before a character that stands for itself. Only
/// the last star is ever tried again, so the time is bounded by the product of the two lengths.
/// </summary>
internal static class GlobPattern
{
    /// <summary>Whether the whole text matches.</summary>
    public static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        int p = 0;
        int t = 0;
        int star = -1;
        int retry = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                retry = t;
            }
            else if (p < pattern.Length && MatchesOne(pattern, ref p, text[t]))
            {
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++retry;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].IndexOfAnyExcept((byte)'*') < 0;
    }

    /// <summary>What every match begins with: the pattern up to its first special character.</summary>
    public static ReadOnlySpan<byte> LiteralPrefix(ReadOnlySpan<byte> pattern)
    {
        int end = pattern.IndexOfAny("*?[\\"u8);
        return end < 0 ? pattern : pattern[..end];
    }

    /// <summary>Matches one character against one element of the pattern and, when it does, moves past that.</summary>
    private static bool MatchesOne(ReadOnlySpan<byte> pattern, ref int p, byte c)
    {
        int next = p + 1;
        bool matches;
        switch (pattern[p])
        {
            case (byte)'?':
                matches = true;
                break;
            case (byte)'[':
                matches = MatchesClass(pattern, ref next, c);
                break;
            case (byte)'\\' when next < pattern.Length:
                matches = pattern[next++] == c;
                break;
            default:
                matches = pattern[p] == c;
                break;
        }

        p = matches ? next : p;
        return matches;
    }

    /// <summary>Matches a class, whose first character after the bracket is at <paramref name="p"/>; one that is not closed ends with the pattern.</summary>
    private static bool MatchesClass(ReadOnlySpan<byte> pattern, ref int p, byte c)
    {
        bool negated = p < pattern.Length && pattern[p] == '^';
        p += negated ? 1 : 0;
        bool found = false;
        while (p < pattern.Length && pattern[p] != ']')
        {
            if (pattern[p] == '\\' && p + 1 < pattern.Length)
            {
                found |= pattern[p + 1] == c;
                p += 2;
            }
            else if (p + 2 < pattern.Length && pattern[p + 1] == '-')
            {
                byte low = Math.Min(pattern[p], pattern[p + 2]);
                byte high = Math.Max(pattern[p], pattern[p + 2]);
                found |= c >= low && c <= high;
                p += 3;
            }
            else
            {
                found |= pattern[p++] == c;
            }
        }

        p = Math.Min(p + 1, pattern.Length);
        return found != negated;
    }
}
