using System.Globalization;

namespace Holdfast.Rest.Calls;

/// <summary>Spans of time as users write them: an integer with <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</summary>
internal static class Durations
{
    /// <summary>The longest, in ms: 100 years.</summary>
    public const long MaxMs = 100L * 365 * 24 * 3_600_000;

    /// <summary>Reads one; false when it is none, or longer than <see cref="MaxMs"/>.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out long milliseconds)
    {
        milliseconds = 0;
        int unitStart = text.IndexOfAnyExceptInRange('0', '9');
        if (unitStart <= 0)
        {
            return false;
        }

        long unit = text[unitStart..] switch
        {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 24 * 3_600_000,
            _ => 0,
        };
        bool valid = unit > 0
            && long.TryParse(text[..unitStart], NumberStyles.None, CultureInfo.InvariantCulture, out milliseconds)
            && milliseconds <= MaxMs / unit;
        milliseconds = valid ? milliseconds * unit : 0;
        return valid;
    }
}
