using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Holdfast.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Disk;

/// <summary>
/// Work for one thread, which sleeps in an eventfd while there is none. A monitor costs several system calls for each hand-over;
/// this costs one on either side, and none while the thread is busy, or awake because it <see cref="MayPoll"/>. Any thread may add.
/// </summary>
/// <param name="polling">Says how long the thread looks for work before it sleeps.</param>
/// <param name="yield">Lets others have the core between two looks.</param>
internal sealed unsafe class WorkQueue(IdlePolling polling, Action yield) : IDisposable
{
    private readonly ConcurrentQueue<DiskWork> _queue = new();
    private readonly SafeFileHandle _bell = OpenBell();
    private int _sleeping;
    private volatile bool _ended;
    private volatile bool _mayPoll;

    public int Count => _queue.Count;

    /// <summary>Whether the thread may look for work for a while before it sleeps. Any thread may set it.</summary>
    public bool MayPoll
    {
        get => _mayPoll;
        set => _mayPoll = value;
    }

    /// <summary>Whether the thread sleeps, or is about to. Any thread may ask.</summary>
    internal bool IsAsleep => Volatile.Read(ref _sleeping) != 0;

    private bool HasCome => !_queue.IsEmpty || _ended;

    public void Add(DiskWork work)
    {
        Invariant.Require(!_ended, "no disk work is submitted after the lanes were stopped");
        _queue.Enqueue(work);
        Wake();
    }

    /// <summary>No work follows; what is queued is still taken.</summary>
    public void End()
    {
        _ended = true;
        Wake();
    }

    /// <summary>The next work; waits for it. Null once the queue has ended and is empty. For the one thread.</summary>
    public DiskWork? Take()
    {
        while (true)
        {
            if (_queue.TryDequeue(out DiskWork? work))
            {
                return work;
            }

            if (_ended)
            {
                return null;
            }

            if (_mayPoll)
            {
                PollThenSleep();
            }
            else
            {
                Sleep();
            }
        }
    }

    public void Dispose() => _bell.Dispose();

    private void Wake()
    {
        Interlocked.MemoryBarrier();
        if (IsAsleep && Interlocked.Exchange(ref _sleeping, 0) != 0)
        {
            ulong one = 1;
            _ = NativeMethods.Write(_bell, &one, sizeof(ulong));
        }
    }

    private void PollThenSleep()
    {
        long began = ReadClock();
        Poll(began, began + polling.WindowMicros(began));
        if (!HasCome && Sleep())
        {
            // Nothing has, where the bell was still rung for what had been taken without it.
            polling.Slept(ReadClock() - began, somethingCame: HasCome);
        }
    }

    private void Poll(long nowMicros, long untilMicros)
    {
        bool goesOn = true;
        while (goesOn && nowMicros < untilMicros && !HasCome)
        {
            long before = nowMicros;
            yield();
            nowMicros = ReadClock();
            goesOn = polling.MayGoOn(nowMicros, nowMicros - before);
        }
    }

    /// <summary>Returns whether it slept: work may come on the way.</summary>
    private bool Sleep()
    {
        // It announces its sleep before it looks again, and who adds looks for that after adding: one sees the other (Dekker).
        Interlocked.Exchange(ref _sleeping, 1);
        bool sleeps = !HasCome;
        if (sleeps)
        {
            AwaitBell();
        }

        Volatile.Write(ref _sleeping, 0);
        return sleeps;
    }

    private void AwaitBell()
    {
        ulong count;
        if (NativeMethods.Read(_bell, &count, sizeof(ulong)) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            Invariant.Require(error == NativeMethods.InterruptedCall, $"a disk thread's sleep fails only when interrupted, not with {error}");
        }
    }

    private static SafeFileHandle OpenBell()
    {
        SafeFileHandle bell = NativeMethods.EventFd(0, NativeMethods.CloseOnExec);
        Invariant.Require(!bell.IsInvalid, $"there is a descriptor for a disk thread's queue; eventfd gave {Marshal.GetLastPInvokeError()}");
        return bell;
    }

    private static long ReadClock() => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);
}
