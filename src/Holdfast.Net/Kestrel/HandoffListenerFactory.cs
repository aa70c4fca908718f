using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;

namespace Holdfast.Net.Kestrel;

/// <summary>
/// Brings accepted connections to Kestrel, whose bytes were only peeked at. Kestrel alone can't serve HTTP/1 and clear-text
/// HTTP/2 on one port, hence two endpoints.
/// </summary>
public sealed class HandoffListenerFactory : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <summary>Makes Kestrel listen on both endpoints of this factory, and nowhere else unless told elsewhere.</summary>
    public void Configure(IWebHostBuilder builder) => throw new NotSupportedException();

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is HandoffEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    internal bool TryHandOff(HandoffEndPoint endPoint, Socket socket, Action onClosed) => throw new NotSupportedException();
}
