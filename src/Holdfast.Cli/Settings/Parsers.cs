using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Holdfast.Client;
using Holdfast.Server;

namespace Holdfast.Cli.Settings;

/// <summary>How the texts of settings and flags are read.</summary>
internal static partial class Parsers
{
    /// <summary>A whole number within bounds.</summary>
    public static SettingParser<int> Between(int least, int most) => (string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;

    /// <summary>The same, for a setting that may be unset.</summary>
    public static SettingParser<T?> Optional<T>(SettingParser<T> parser)
        where T : struct => (string text, out T? value) =>
    {
        bool read = parser(text, out T present);
        value = read ? present : null;
        return read;
    };

    public static bool Port(string text, out int value) => Between(1, ushort.MaxValue)(text, out value);

    /// <summary>A port, or 0, which <c>off</c> means.</summary>
    public static bool PortOrOff(string text, out int value) =>
        Word(text, out value, ("off", 0)) || Between(0, ushort.MaxValue)(text, out value);

    public static bool Odd(string text, out int value) => Between(1, 99)(text, out value) && int.IsOddInteger(value);

    public static bool Id(string text, out uint value) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    public static bool Text(string text, out string value) => (value = text).Length > 0;

    public static bool Switch(string text, out bool value) => Word(text, out value, ("true", true), ("false", false));

    public static bool OnOff(string text, out bool value) =>
        Word(text, out value, ("on", true), ("off", false), ("true", true), ("false", false));

    /// <summary>One of some words.</summary>
    public static bool Word<T>(string text, out T value, params ReadOnlySpan<(string Word, T Value)> words)
    {
        foreach ((string word, T meaning) in words)
        {
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                value = meaning;
                return true;
            }
        }

        value = default!;
        return false;
    }

    public static bool EndpointOf(string text, out Endpoint? value) => Endpoint.TryParse(text, out value);

    public static bool Endpoints(string text, out IReadOnlyList<Endpoint> value)
    {
        var endpoints = new List<Endpoint>();
        value = endpoints;
        foreach (string part in List(text))
        {
            if (!Endpoint.TryParse(part, out Endpoint? endpoint))
            {
                return false;
            }

            endpoints.Add(endpoint);
        }

        return endpoints.Count > 0;
    }

    public static bool Words(string text, out IReadOnlyList<string> value) => (value = List(text)).Count > 0;

    /// <summary>An address to listen on; <c>localhost</c> is the default, loopback.</summary>
    public static bool Address(string text, out IPAddress? value)
    {
        value = null;
        return text == "localhost" || IPAddress.TryParse(text, out value);
    }

    /// <summary>A number of bytes, with an optional unit of 1,024: <c>512MiB</c>, <c>2G</c>.</summary>
    public static bool Bytes(string text, out long value)
    {
        value = 0;
        Match match = BytesForm().Match(text);
        if (!match.Success || !long.TryParse(match.Groups["n"].ValueSpan, CultureInfo.InvariantCulture, out long number))
        {
            return false;
        }

        int shift = 10 * (" kmgt".IndexOf(match.Groups["u"].Value.PadLeft(1).ToLowerInvariant(), StringComparison.Ordinal));
        value = number << shift;
        return value >> shift == number && value > 0;
    }

    /// <summary>How much is kept for watches: a number of bytes, and perhaps a comma and a duration.</summary>
    public static bool WatchHistory(string text, out WatchHistory? value)
    {
        value = null;
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        TimeSpan time = Server.WatchHistory.DefaultTime;
        if (parts.Length > 2
            || !Bytes(parts[0], out long bytes)
            || bytes < Server.WatchHistory.MinBytes
            || (parts.Length == 2 && !Duration(parts[1], out time)))
        {
            return false;
        }

        value = new WatchHistory(bytes, time);
        return true;
    }

    /// <summary>How long something may take: an integer with ms, s, m, h or d, of what timers take at most, about 24 days.</summary>
    public static bool Duration(string text, out TimeSpan value) => Duration(text, int.MaxValue, out value);

    /// <summary>How long a key lives: as a duration, but of up to 100 years.</summary>
    public static bool TimeToLive(string text, out TimeSpan value) => Duration(text, 36_500L * 86_400_000, out value);

    private static bool Duration(string text, long mostMs, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        Match match = DurationForm().Match(text);
        if (!match.Success || !long.TryParse(match.Groups["n"].ValueSpan, CultureInfo.InvariantCulture, out long number) || number == 0)
        {
            return false;
        }

        long unitMs = match.Groups["u"].ValueSpan switch
        {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => 86_400_000,
        };

        bool fits = number <= mostMs / unitMs;
        value = fits ? TimeSpan.FromMilliseconds(number * unitMs) : TimeSpan.Zero;
        return fits;
    }

    private static List<string> List(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    [GeneratedRegex(
        "^(?<n>[0-9]+)((?<u>[kmgt])(i?b)?)?$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BytesForm();

    [GeneratedRegex("^(?<n>[0-9]+)(?<u>ms|s|m|h|d)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DurationForm();
}
