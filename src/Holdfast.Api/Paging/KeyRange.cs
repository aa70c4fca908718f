namespace Holdfast.Api;

/// <summary>Ranges of keys in the order of unsigned bytes.</summary>
public static class KeyRange
{
    /// <summary>
    /// The first key after all keys that begin with <paramref name="prefix"/>, as the exclusive end of their range; empty
    /// (no end) when the prefix is empty or all 0xFF.
    /// </summary>
    public static byte[] EndOfPrefix(ReadOnlySpan<byte> prefix)
    {
        int last = prefix.Length - 1;
        while (last >= 0 && prefix[last] == byte.MaxValue)
        {
            last--;
        }

        byte[] end = prefix[..(last + 1)].ToArray();
        if (end.Length > 0)
        {
            end[last]++;
        }

        return end;
    }
}
