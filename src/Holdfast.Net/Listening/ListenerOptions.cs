using System.Net;
using Holdfast.Net.Kestrel;
using Holdfast.Net.Loop;

namespace Holdfast.Net.Listening;

/// <summary>The settings of a <see cref="PortListener"/>.</summary>
public sealed record ListenerOptions
{
    /// <summary>The addresses to listen on, see <see cref="AddressesFor"/>. With port 0 the first picks the port of all.</summary>
    public required IReadOnlyList<IPEndPoint> Addresses { get; init; }

    /// <summary>
    /// Makes the handler of a connection that stays on the loop: <see cref="Protocol.Resp"/>, <see cref="Protocol.Peer"/> or
    /// <see cref="Protocol.NativeClient"/>. Null refuses the connection. Called on the loop's thread.
    /// </summary>
    public required Func<Protocol, IConnectionHandler?> Handlers { get; init; }

    /// <summary>Where HTTP connections go; null refuses them.</summary>
    public HandoffListenerFactory? Http { get; init; }

    /// <summary>
    /// Which protocols the port serves; null serves all that have somewhere to go. A port for one protocol still looks at the
    /// first bytes, so that a client of another is refused instead of misunderstood.
    /// </summary>
    public IReadOnlySet<Protocol>? Only { get; init; }

    /// <summary>The most connections at once, those handed to HTTP included: 20,000 watches leave room for others.</summary>
    public int MaxConnections { get; init; } = 30_000;

    /// <summary>How long a connection may take to show its protocol, in microseconds.</summary>
    public long SilenceMicros { get; init; } = 60_000_000;

    /// <summary>The kernel's queue of connections not yet accepted.</summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>
    /// The addresses for a port: both loopbacks when <paramref name="bind"/> is null (IPv6 only where the machine has it), else
    /// that address alone.
    /// </summary>
    public static IReadOnlyList<IPEndPoint> AddressesFor(IPAddress? bind, int port) =>
        bind is not null ? [new IPEndPoint(bind, port)]
        : System.Net.Sockets.Socket.OSSupportsIPv6
            ? [new IPEndPoint(IPAddress.Loopback, port), new IPEndPoint(IPAddress.IPv6Loopback, port)]
            : [new IPEndPoint(IPAddress.Loopback, port)];
}
