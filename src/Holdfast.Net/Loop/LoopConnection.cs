using System.Buffers;
using System.Net;
using Holdfast.Net.Linux;

namespace Holdfast.Net.Loop;

/// <summary>A TCP connection on an <see cref="EventLoop"/>. Only the loop's thread uses it.</summary>
public sealed partial class LoopConnection : IPollSource, ILoopWork
{
    private readonly IConnectionHandler _handler;
    private readonly int _fd;
    private readonly OutputQueue _output;
    private readonly Action? _onGone;
    private PollHandle _registration;
    private PollEvents _interest;
    private State _state;
    private CloseReason _closeReason;

    internal LoopConnection(EventLoop loop, long id, int fd, IPEndPoint? remote, IConnectionHandler handler, Action? onGone)
    {
        Loop = loop;
        Id = id;
        RemoteEndPoint = remote;
        _fd = fd;
        _handler = handler;
        _onGone = onGone;
        _output = new OutputQueue(this, loop.Chunks);
    }

    private enum State
    {
        Connecting,
        Open,

        /// <summary>Closed by the handler; output is still to be sent.</summary>
        Flushing,

        /// <summary>All is sent. Closing now with unread input would make the kernel reset, and the last reply could be lost.</summary>
        Lingering,
        Closed,
    }

    /// <summary>The loop that it lives on.</summary>
    public EventLoop Loop { get; }

    /// <summary>A number that no other connection of this loop has had.</summary>
    public long Id { get; }

    /// <summary>The other side; null when the kernel no longer knew.</summary>
    public IPEndPoint? RemoteEndPoint { get; }

    /// <summary>
    /// Where replies are written. What was advanced over is sent at the end of the iteration, in one system call. After the
    /// connection closed it takes bytes and drops them.
    /// </summary>
    public IBufferWriter<byte> Output => _output;

    /// <summary>Bytes written that the kernel has not taken yet.</summary>
    public long PendingOutput => _output.Pending;

    /// <summary>
    /// From this many pending bytes on the connection is not read; reading goes on at half of it. 1 MiB unless set.
    /// </summary>
    public long OutputHighWater { get; set; } = 1024 * 1024;

    /// <summary>With more pending bytes than this after a write the connection is closed. 256 MiB unless set.</summary>
    public long OutputLimit { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// Whether <see cref="OutputHighWater"/> is reached: a handler should stop consuming then; what it left comes again when the
    /// output has drained.
    /// </summary>
    public bool IsOutputHigh => PendingOutput >= OutputHighWater;

    /// <summary>Whether it is open and not closing.</summary>
    public bool IsOpen => _state == State.Open;

    /// <summary>The last system error of this connection; 0 when there was none.</summary>
    public int LastErrno { get; private set; }

    private bool WantsInput => _state == State.Open && !_isPaused && !_isOutputBlocking && !_isInputEnded;

    /// <summary>
    /// Tells the loop, from within <see cref="IConnectionHandler.OnData"/>, not to call again before there are this many
    /// unconsumed bytes, and lets it size its buffer. Counts for the next delivery only.
    /// </summary>
    public void Await(int bytes) => _awaited = bytes;

    /// <summary>Stops reading, until <see cref="Resume"/>.</summary>
    public void Pause()
    {
        if (!_isPaused)
        {
            _isPaused = true;
            UpdateInterest();
        }
    }

    /// <summary>Reads again, and gives the handler again what it left unconsumed, soon.</summary>
    public void Resume()
    {
        if (_isPaused)
        {
            _isPaused = false;
            _awaited = 0;
            Loop.QueueResumed(this);
        }
    }

    /// <summary>Reads no more, sends what was written, then closes.</summary>
    public void Close()
    {
        if (_state == State.Connecting)
        {
            Abort();
        }
        else if (_state == State.Open)
        {
            _state = State.Flushing;
            UpdateInterest();
            MarkDirty();
            Loop.Schedule(Loop.NowMicros + Loop.Options.CloseTimeoutMicros, this);
        }
    }

    /// <summary>Closes at once; pending output is lost.</summary>
    public void Abort() => End(CloseReason.Requested);

    /// <summary>The time for an orderly close is over.</summary>
    void ILoopWork.Execute() => End(CloseReason.Requested);

    void IPollSource.OnLoopStopped() => End(CloseReason.LoopStopped);

    void IPollSource.OnReady(PollEvents events)
    {
        if (_state == State.Connecting)
        {
            FinishConnecting();
            return;
        }

        if ((events & PollEvents.Writable) != PollEvents.None)
        {
            _isWaitingToWrite = false;
            MarkDirty();
        }

        if ((events & (PollEvents.Readable | PollEvents.Error | PollEvents.HangUp)) == PollEvents.None)
        {
            return;
        }

        if (_state == State.Lingering)
        {
            Discard();
        }
        else if (WantsInput)
        {
            Receive();
        }
        else if ((events & (PollEvents.Error | PollEvents.HangUp)) != PollEvents.None)
        {
            // Nothing can be sent any more, and the kernel would report it in every iteration.
            Fail(TcpSocket.ConnectError(_fd));
        }
    }

    internal void StartOpen()
    {
        _state = State.Open;
        _interest = PollEvents.Readable;
        _registration = Loop.Poller.Register(_fd, _interest, this);
        TellOpen();
    }

    internal void StartConnecting()
    {
        _state = State.Connecting;
        _interest = PollEvents.Writable;
        _registration = Loop.Poller.Register(_fd, _interest, this);
    }

    internal void StartFailed(int errno)
    {
        LastErrno = errno;
        _state = State.Closed;
        _closeReason = CloseReason.ConnectFailed;
        _output.Close();
        Loop.QueueClosed(this);
    }

    internal void TellClosed()
    {
        // Not earlier: a handler that closes its connection may still be looking at the input.
        _input.Release();
        _onGone?.Invoke();
        try
        {
            _handler.OnClosed(this, _closeReason);
        }
        catch (Exception failure) when (EventLoop.IsSurvivable(failure))
        {
            Loop.Options.Observer.OnHandlerFailed(RemoteEndPoint, failure);
        }
    }

    private void FinishConnecting()
    {
        LastErrno = TcpSocket.ConnectError(_fd);
        if (LastErrno != 0 || TcpSocket.IsSelfConnected(_fd))
        {
            End(CloseReason.ConnectFailed);
            return;
        }

        _state = State.Open;
        UpdateInterest();
        if (_output.Pending > 0)
        {
            MarkDirty();
        }

        TellOpen();
    }

    private void TellOpen()
    {
        try
        {
            _handler.OnOpen(this);
        }
        catch (Exception failure) when (EventLoop.IsSurvivable(failure))
        {
            HandlerFailed(failure);
        }
    }

    private void HandlerFailed(Exception failure)
    {
        Loop.Options.Observer.OnHandlerFailed(RemoteEndPoint, failure);
        End(CloseReason.HandlerFailed);
    }

    private void Fail(int errno)
    {
        LastErrno = errno;
        End(CloseReason.Reset);
    }

    private void End(CloseReason reason)
    {
        if (_state == State.Closed)
        {
            return;
        }

        _state = State.Closed;
        _closeReason = reason;
        _output.Close();
        Loop.Poller.Forget(_registration);
        TcpSocket.Close(_fd);
        Loop.QueueClosed(this);
    }

    private void UpdateInterest()
    {
        if (_state is State.Connecting or State.Closed)
        {
            return;
        }

        PollEvents interest = (WantsInput || _state == State.Lingering ? PollEvents.Readable : PollEvents.None)
            | (_isWaitingToWrite ? PollEvents.Writable : PollEvents.None);
        if (interest != _interest)
        {
            _interest = interest;
            Loop.Poller.Change(_registration, _fd, interest);
        }
    }
}
