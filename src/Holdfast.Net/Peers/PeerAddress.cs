using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.Net.Peers;

/// <summary>An address as an operator writes it: <c>host:port</c>, <c>[v6]:port</c>.</summary>
internal sealed record PeerAddress(string Host, int Port)
{
    internal static PeerAddress Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            throw new FormatException($"'{text}' is not an address: host:port is");
        }

        return new PeerAddress(text[..colon].Trim('[', ']'), port);
    }

    /// <summary>The endpoints that need no name service; null when the name has to be looked up.</summary>
    internal IReadOnlyList<IPEndPoint>? WithoutLookup()
    {
        if (IPAddress.TryParse(Host, out IPAddress? address))
        {
            return [new IPEndPoint(address, Port)];
        }

        return string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase)
            ? [new IPEndPoint(IPAddress.Loopback, Port), new IPEndPoint(IPAddress.IPv6Loopback, Port)]
            : null;
    }

    /// <summary>Asks the name service; none when it doesn't know the name, or doesn't answer.</summary>
    internal async Task<IReadOnlyList<IPEndPoint>> LookUpAsync()
    {
        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(Host);
            return [.. addresses.Select(address => new IPEndPoint(address, Port))];
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            // An argument, where the name is longer than any may be.
            return [];
        }
    }
}
