using System.Net;
using Holdfast.Net.Linux;
using Holdfast.Net.Loop;

namespace Holdfast.Net.Listening;

/// <summary>One bound address of a listener.</summary>
internal sealed class AcceptingSocket(PortListener listener, EventLoop loop, int fd) : IPollSource, ILoopWork
{
    // So that a burst of new connections doesn't hold up those that are being served.
    private const int MaxAcceptsPerIteration = 64;
    private const long RetryMicros = 100_000;

    private PollHandle? _registration;
    private bool _isClosed;

    internal void Start()
    {
        if (!_isClosed)
        {
            _registration = loop.Poller.Register(fd, PollEvents.Readable, this);
        }
    }

    internal void Close()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        TcpSocket.Close(fd);
        if (_registration is { } registration)
        {
            loop.Poller.Forget(registration);
        }
    }

    void IPollSource.OnReady(PollEvents events)
    {
        for (int i = 0; i < MaxAcceptsPerIteration && !_isClosed; i++)
        {
            int accepted = TcpSocket.Accept(fd, out IPEndPoint? remote);
            if (accepted >= 0)
            {
                listener.Accepted(accepted, remote);
            }
            else if (Errno.IsExhaustion(-accepted))
            {
                // The connection stays in the kernel's queue. Watching on would spin until a descriptor is free.
                loop.Options.Observer.OnAcceptFailed(-accepted);
                Watch(PollEvents.None);
                loop.Schedule(loop.NowMicros + RetryMicros, this);
                return;
            }
            else if (-accepted == Errno.Again)
            {
                return;
            }

            // Any other error is that of one connection that went away before it was accepted (accept(2)).
        }
    }

    void IPollSource.OnLoopStopped() => listener.CloseOnLoop();

    /// <summary>Time to try again after there had been no descriptor left.</summary>
    void ILoopWork.Execute()
    {
        if (!_isClosed)
        {
            Watch(PollEvents.Readable);
        }
    }

    private void Watch(PollEvents interest) => loop.Poller.Change(_registration!.Value, fd, interest);
}
