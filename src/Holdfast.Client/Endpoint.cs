using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Holdfast.Client;

/// <summary>The address of a node: a host name or IP address, and a port.</summary>
/// <param name="Host">The host name or address; an IPv6 address stands without brackets.</param>
/// <param name="Port">The port, 1 to 65535.</param>
public sealed record Endpoint(string Host, int Port)
{
    /// <summary>Where a node listens unless told otherwise.</summary>
    public static Endpoint Default { get; } = new("localhost", 8000);

    /// <summary>Reads <c>HOST:PORT</c>, or <c>[IPV6]:PORT</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Endpoint? endpoint)
    {
        endpoint = null;
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            || port is < 1 or > ushort.MaxValue)
        {
            return false;
        }

        string host = text[..colon];
        bool bracketed = host is ['[', _, .., ']'];
        host = bracketed ? host[1..^1] : host;
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || (host.Contains(':') && !bracketed))
        {
            return false;
        }

        endpoint = new Endpoint(host, port);
        return true;
    }

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => Host.Contains(':')
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
