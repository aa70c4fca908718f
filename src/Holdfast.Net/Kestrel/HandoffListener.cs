using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Holdfast.Net.Kestrel;

/// <summary>What Kestrel accepts from instead of a port.</summary>
internal sealed class HandoffListener(HandoffEndPoint endPoint, HandoffQueue queue, SocketConnectionContextFactory contexts)
    : IConnectionListener
{
    public EndPoint EndPoint => endPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await queue.Reader.WaitToReadAsync(cancellationToken))
        {
            while (queue.Reader.TryRead(out HandedOff connection))
            {
                if (Wrap(connection) is { } context)
                {
                    return context;
                }
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        queue.Close();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        queue.Close();
        queue.CloseWaiting();
        contexts.Dispose();
        return ValueTask.CompletedTask;
    }

    private ConnectionContext? Wrap(HandedOff connection)
    {
        var handle = new SafeSocketHandle(connection.Fd, ownsHandle: true);
        try
        {
            ConnectionContext context = contexts.Create(new Socket(handle));
            context.Features.Set<IMemoryPoolFeature>(ResponseMemory.Instance);
            context.ConnectionClosed.Register(static state => ((Action)state!).Invoke(), connection.OnGone);
            return context;
        }
        catch (SocketException)
        {
            // It went away while it waited.
            handle.Dispose();
            connection.OnGone();
            return null;
        }
    }
}
