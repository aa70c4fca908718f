using System.Net;
using Holdfast.Net.Loop;

namespace Holdfast.Net.Listening;

/// <summary>
/// One port that speaks everything: accepts, peeks at the first bytes without consuming them, and gives the connection to a
/// handler on the loop or to Kestrel.
/// </summary>
public sealed class PortListener : IDisposable
{
    private PortListener(IReadOnlyList<IPEndPoint> endPoints) => EndPoints = endPoints;

    /// <summary>Binds at once and accepts as soon as the loop runs. Any thread may call.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">An address can't be bound; the message names it.</exception>
    public static PortListener Open(EventLoop loop, ListenerOptions options) => new(options.Addresses);

    /// <summary>The addresses that it listens on, ports filled in.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>How many connections there are. Any thread may ask.</summary>
    public int Connections => throw new NotSupportedException();

    /// <summary>Stops accepting. Connections live on. Any thread may call; returns once the port is closed.</summary>
    public void Dispose() => throw new NotSupportedException();
}
