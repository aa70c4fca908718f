using System.Net;
using System.Net.Sockets;
using Holdfast.Net.Linux;
using Holdfast.Primitives;

namespace Holdfast.Net.Loop;

/// <summary>
/// One thread over epoll. An iteration waits for readiness, reads what is ready into handlers, runs posted work and due timers,
/// runs the task, writes what became output, each connection with one system call, and lets the task end. Nothing is allocated per read, write or
/// post once buffers have grown to the load. Unless said otherwise members are for the loop's thread, or, before it runs, for
/// the thread that builds it.
/// </summary>
public sealed partial class EventLoop : IDisposable
{
    private const int NotStarted = 0;
    private const int Starting = -1;
    private const int NeverRan = -2;

    // Bounds how long output waits for input that keeps coming.
    private const int MaxRounds = 4;

    private readonly WakeUp _wakeUp;
    private readonly PostedWork _posted;
    private readonly TimerQueue _timers = new();
    private readonly IdlePolling _polling;
    private readonly ManualResetEventSlim _finished = new();
    private ILoopTask? _task;
    private long _taskDueMicros = long.MaxValue;

    /// <summary>The managed id of the thread that runs it, which is positive, or one of the constants.</summary>
    private int _thread = NotStarted;
    private volatile bool _isStopping;

    /// <summary>A loop that waits to be run.</summary>
    /// <exception cref="SocketException">The system has no descriptor left.</exception>
    public EventLoop(EventLoopOptions options)
    {
        Options = options;
        Chunks = new OutputChunkPool(options.IdleChunkBytes);
        _sharedInput = GC.AllocateUninitializedArray<byte>(SharedInputHeadroom + options.ReadBytes, pinned: true);
        Poller = new Poller();
        _wakeUp = new WakeUp(Poller);
        _posted = new PostedWork(_wakeUp);
        _polling = new IdlePolling(options.MaxPollMicros);
        NowMicros = ReadClock();
    }

    /// <summary>The settings it was made with.</summary>
    public EventLoopOptions Options { get; }

    /// <summary>Monotonic time in microseconds, read when an iteration begins, and again before its task runs.</summary>
    public long NowMicros { get; private set; }

    /// <summary>Whether the caller is on the loop's thread. Any thread may ask.</summary>
    public bool IsLoopThread => Volatile.Read(ref _thread) == Environment.CurrentManagedThreadId;

    /// <summary>Sets what runs once an iteration.</summary>
    public void SetTask(ILoopTask task)
    {
        RequireOwnThread();
        _task = task;
    }

    /// <summary>
    /// Queues work for the loop's thread, in order, and wakes it if it sleeps. Any thread may call; never blocks. Work posted to a
    /// loop that has stopped never runs.
    /// </summary>
    public void Post(ILoopWork work) => _posted.Post(work);

    /// <summary>Runs work once <see cref="NowMicros"/> reaches a time; work that has become pointless by then must notice itself.</summary>
    public void Schedule(long atMicros, ILoopWork work)
    {
        RequireOwnThread();
        _timers.Add(atMicros, work);
    }

    /// <summary>Runs the loop on the calling thread until <see cref="Stop"/>, then closes all connections. Only once.</summary>
    public void Run()
    {
        int previous = Interlocked.Exchange(ref _thread, Environment.CurrentManagedThreadId);
        Invariant.Require(previous is NotStarted or Starting, "a loop runs once");
        try
        {
            while (!_isStopping)
            {
                Iterate();
            }

            Poller.StopAll();
            TellClosed();
        }
        catch (Exception failure)
        {
            // The state is broken, so nobody is told anything but the host; descriptors must not outlive the loop, though.
            Options.Observer.OnFatal(failure);
            Poller.StopAll();
        }
        finally
        {
            _finished.Set();
        }
    }

    /// <summary>Runs the loop on a thread of its own.</summary>
    public void Start()
    {
        Invariant.Require(Interlocked.CompareExchange(ref _thread, Starting, NotStarted) == NotStarted, "a loop runs once");
        new Thread(Run) { Name = Options.ThreadName, IsBackground = true }.Start();
    }

    /// <summary>Asks the loop to stop after the current iteration. Any thread may call.</summary>
    public void Stop()
    {
        _isStopping = true;
        _wakeUp.Signal();
    }

    /// <summary>Stops the loop, waits for its thread, and frees what it holds. Any thread but the loop's may call.</summary>
    public void Dispose()
    {
        Invariant.Require(!IsLoopThread || _finished.IsSet, "the loop's own thread can't wait for it to end");
        Stop();
        if (Interlocked.CompareExchange(ref _thread, NeverRan, NotStarted) == NotStarted)
        {
            Poller.StopAll();
            _finished.Set();
        }

        _finished.Wait();

        _wakeUp.Dispose();
        Poller.Dispose();
    }

    /// <summary>Whether an exception from a handler concerns its connection alone.</summary>
    internal static bool IsSurvivable(Exception failure) => failure is not InvariantViolationException;

    /// <summary>
    /// Runs work on the loop's thread and waits for it; on the calling thread when the loop does not run yet, or not any more.
    /// </summary>
    internal void Invoke(ILoopWork work)
    {
        if (IsLoopThread || Volatile.Read(ref _thread) == NotStarted)
        {
            work.Execute();
            return;
        }

        var awaited = new AwaitedWork(work);
        Post(awaited);
        WaitHandle.WaitAny([awaited.Done.WaitHandle, _finished.WaitHandle]);
        if (!awaited.Done.IsSet)
        {
            work.Execute();
        }
    }

    internal void RequireOwnThread()
    {
        int thread = Volatile.Read(ref _thread);
        Invariant.Require(thread == NotStarted || thread == Environment.CurrentManagedThreadId, "the loop's own thread alone touches what is on it");
    }

    private static long ReadClock() => System.Diagnostics.Stopwatch.GetTimestamp() / (System.Diagnostics.Stopwatch.Frequency / 1_000_000);

    private void Iterate()
    {
        DispatchAll(Wait());
        RedeliverResumed();
        _posted.Run();
        _timers.RunDue(NowMicros);
        if (_task is not null)
        {
            NowMicros = ReadClock();
            _task.Run(NowMicros);
        }

        FlushDirty();
        _taskDueMicros = _task?.End() ?? long.MaxValue;
        TellClosed();
    }

    /// <summary>
    /// Where several sockets were ready, more often are by the time these are read: what they bring shares this iteration's log write,
    /// frames and replies. A lone one is not kept waiting for company.
    /// </summary>
    private void DispatchAll(int ready)
    {
        int round = 0;
        do
        {
            // What comes counts from when it came.
            NowMicros = ReadClock();
            _task?.Begin(NowMicros);
            for (int i = 0; i < ready; i++)
            {
                Poller.Dispatch(i);
            }

            ready = ready > 1 && ++round < MaxRounds ? Poller.Wait(0) : 0;
        }
        while (ready > 0);
    }

    private sealed class AwaitedWork(ILoopWork work) : ILoopWork
    {
        internal ManualResetEventSlim Done { get; } = new();

        public void Execute()
        {
            work.Execute();
            Done.Set();
        }
    }
}
