namespace Holdfast.Net.Linux;

/// <summary>
/// Wakes a loop that sleeps in its poller (an eventfd). <see cref="Signal"/> may come from any thread, also after
/// <see cref="Dispose"/>.
/// </summary>
internal sealed unsafe class WakeUp : IPollSource, IDisposable
{
    private readonly Lock _gate = new();
    private readonly int _fd;
    private bool _closed;

    internal WakeUp(Poller poller)
    {
        _fd = Libc.EventFd(0, Libc.NonBlocking | Libc.CloseOnExec);
        if (_fd < 0)
        {
            throw Errno.ToException(Libc.LastError, "eventfd");
        }

        poller.Register(_fd, PollEvents.Readable, this);
    }

    internal void Signal()
    {
        // A late signal must not write to a descriptor that has been closed and given to someone else.
        lock (_gate)
        {
            if (!_closed)
            {
                ulong one = 1;
                _ = Libc.Write(_fd, &one, sizeof(ulong));
            }
        }
    }

    void IPollSource.OnReady(PollEvents events)
    {
        ulong count;
        _ = Libc.Read(_fd, &count, sizeof(ulong));
    }

    void IPollSource.OnLoopStopped()
    {
        // The loop disposes of it after everything else.
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _closed = true;
                _ = Libc.Close(_fd);
            }
        }
    }
}
