using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Holdfast.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Disk;

/// <summary>
/// Work for one thread, which sleeps in an eventfd while there is none. A monitor costs several system calls for each hand-over;
/// this costs one on either side, and none while the thread is busy. Any thread may add.
/// </summary>
internal sealed unsafe class WorkQueue : IDisposable
{
    private readonly ConcurrentQueue<DiskWork> _queue = new();
    private readonly SafeFileHandle _bell;
    private int _sleeping;
    private volatile bool _ended;

    public WorkQueue()
    {
        _bell = NativeMethods.EventFd(0, NativeMethods.CloseOnExec);
        Invariant.Require(!_bell.IsInvalid, $"there is a descriptor for a disk thread's queue; eventfd gave {Marshal.GetLastPInvokeError()}");
    }

    public int Count => _queue.Count;

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

            // It announces its sleep before it looks again, and who adds looks for that after adding: one sees the other (Dekker).
            Interlocked.Exchange(ref _sleeping, 1);
            if (_queue.IsEmpty && !_ended)
            {
                Sleep();
            }

            Volatile.Write(ref _sleeping, 0);
        }
    }

    public void Dispose() => _bell.Dispose();

    private void Wake()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) != 0 && Interlocked.Exchange(ref _sleeping, 0) != 0)
        {
            ulong one = 1;
            _ = NativeMethods.Write(_bell, &one, sizeof(ulong));
        }
    }

    private void Sleep()
    {
        ulong count;
        if (NativeMethods.Read(_bell, &count, sizeof(ulong)) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            Invariant.Require(error == NativeMethods.InterruptedCall, $"a disk thread's sleep fails only when interrupted, not with {error}");
        }
    }
}
