using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Net.Kestrel;

/// <summary>
/// Brings accepted connections to Kestrel, whose bytes were only peeked at. Kestrel alone can't serve HTTP/1 and clear-text
/// HTTP/2 on one port, hence two endpoints. Thread-safe.
/// </summary>
public sealed class HandoffListenerFactory : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly HandoffQueue _http1 = new();
    private readonly HandoffQueue _http2 = new();
    private readonly ILogger _logger;

    /// <summary>A factory whose endpoints refuse connections until Kestrel has bound them.</summary>
    /// <param name="loggers">Where Kestrel's transport logs; nowhere when null.</param>
    public HandoffListenerFactory(ILoggerFactory? loggers = null) =>
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger(typeof(HandoffListenerFactory).FullName!);

    /// <summary>Makes Kestrel listen on both endpoints of this factory.</summary>
    public void Configure(IWebHostBuilder builder)
    {
        builder.ConfigureServices(services => services.AddSingleton<IConnectionListenerFactory>(this));
        builder.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(HandoffEndPoint.Http1, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(HandoffEndPoint.Http2, listen => listen.Protocols = HttpProtocols.Http2);
        });
    }

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is HandoffEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var handoff = (HandoffEndPoint)endpoint;
        HandoffQueue queue = QueueOf(handoff);
        queue.Open();
        var contexts = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), _logger);
        return ValueTask.FromResult<IConnectionListener>(new HandoffListener(handoff, queue, contexts));
    }

    /// <summary>
    /// Gives a connected descriptor away. False when nobody serves the endpoint; then the caller still owns it.
    /// <paramref name="onGone"/> runs once the connection has closed, on any thread.
    /// </summary>
    internal bool TryHandOff(HandoffEndPoint endPoint, int fd, Action onGone) => QueueOf(endPoint).TryAdd(new HandedOff(fd, onGone));

    private HandoffQueue QueueOf(HandoffEndPoint endPoint) => endPoint == HandoffEndPoint.Http1 ? _http1 : _http2;
}
