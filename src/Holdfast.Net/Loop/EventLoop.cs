using System.Net;
using System.Net.Sockets;

namespace Holdfast.Net.Loop;

/// <summary>
/// One thread over epoll. An iteration waits for readiness, reads what is ready into handlers, runs posted work and due timers,
/// runs the task, and writes what became output, each connection with one system call. Nothing is allocated per read, write or
/// post once buffers have grown to the load. Unless said otherwise members are for the loop's thread, or, before it runs, for
/// the thread that builds it.
/// </summary>
public sealed class EventLoop : IDisposable
{
    /// <summary>A loop that waits to be run.</summary>
    public EventLoop(EventLoopOptions options) => Options = options;

    /// <summary>The settings it was made with.</summary>
    public EventLoopOptions Options { get; }

    /// <summary>Monotonic time in microseconds, read once an iteration.</summary>
    public long NowMicros { get; }

    /// <summary>Whether the caller is on the loop's thread. Any thread may ask.</summary>
    public bool IsLoopThread => throw new NotSupportedException();

    /// <summary>Sets what runs once an iteration.</summary>
    public void SetTask(ILoopTask task) => throw new NotSupportedException();

    /// <summary>Queues work for the loop's thread, in order, and wakes it if it sleeps. Any thread may call; never blocks.</summary>
    public void Post(ILoopWork work) => throw new NotSupportedException();

    /// <summary>Runs work once <see cref="NowMicros"/> reaches a time; work that has become pointless by then must notice itself.</summary>
    public void Schedule(long atMicros, ILoopWork work) => throw new NotSupportedException();

    /// <summary>Runs the loop on the calling thread until <see cref="Stop"/>, then closes all connections.</summary>
    public void Run() => throw new NotSupportedException();

    /// <summary>Runs the loop on a thread of its own.</summary>
    public void Start() => throw new NotSupportedException();

    /// <summary>Asks the loop to stop after the current iteration. Any thread may call.</summary>
    public void Stop() => throw new NotSupportedException();

    /// <summary>Takes over a connected socket.</summary>
    public LoopConnection Attach(Socket socket, IConnectionHandler handler) => throw new NotSupportedException();

    /// <summary>Starts to connect; <see cref="IConnectionHandler.OnOpen"/> or <see cref="IConnectionHandler.OnClosed"/> follows.</summary>
    public LoopConnection Connect(IPEndPoint remote, IConnectionHandler handler) => throw new NotSupportedException();

    /// <summary>Stops the loop, waits for its thread, and frees what it holds. Any thread but the loop's may call.</summary>
    public void Dispose() => throw new NotSupportedException();
}
