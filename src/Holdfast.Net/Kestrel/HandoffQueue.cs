using System.Threading.Channels;
using Holdfast.Net.Linux;

namespace Holdfast.Net.Kestrel;

/// <summary>A connected descriptor on its way to Kestrel, and what to tell once its connection has closed.</summary>
internal readonly record struct HandedOff(int Fd, Action OnGone);

/// <summary>
/// The way from the loop to one endpoint of Kestrel. Not bounded by itself: the listener's limit on connections counts what
/// waits here too.
/// </summary>
internal sealed class HandoffQueue
{
    private readonly Channel<HandedOff> _queue = Channel.CreateUnbounded<HandedOff>();
    private volatile bool _isOpen;

    internal ChannelReader<HandedOff> Reader => _queue.Reader;

    internal void Open() => _isOpen = true;

    internal bool TryAdd(HandedOff connection) => _isOpen && _queue.Writer.TryWrite(connection);

    internal void Close() => _queue.Writer.TryComplete();

    internal void CloseWaiting()
    {
        while (_queue.Reader.TryRead(out HandedOff connection))
        {
            TcpSocket.Close(connection.Fd);
            connection.OnGone();
        }
    }
}
