using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Holdfast.Cli.Bench.Pacing;

/// <summary>The machine's clock, with a thread that wakes all who wait.</summary>
internal sealed class PreciseClock : IBenchClock, IDisposable
{
    private const long NsPerMs = 1_000_000;

    /// <summary>Below this, the wait is too short for the timers of the runtime.</summary>
    private const long CoarseNs = 2 * NsPerMs;

    /// <summary>The longest sleep that can't be cut short by one who wants to wake earlier.</summary>
    private const long LongestSleepNs = NsPerMs / 2;

    private readonly long _origin = Stopwatch.GetTimestamp();
    private readonly object _gate = new();
    private readonly PriorityQueue<Waiter, long> _waiting = new();
    private readonly Thread _thread;
    private bool _stopped;

    public PreciseClock()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "bench pacer" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public long NowNs => (long)((Stopwatch.GetTimestamp() - _origin) * (1e9 / Stopwatch.Frequency));

    /// <inheritdoc/>
    public ValueTask UntilAsync(long ns, Waiter waiter)
    {
        ValueTask wait = waiter.Begin();
        lock (_gate)
        {
            _waiting.Enqueue(waiter, ns);
            Monitor.Pulse(_gate);
        }

        return wait;
    }

    /// <inheritdoc/>
    public void WakeAll()
    {
        lock (_gate)
        {
            Waiter[] waiters = [.. _waiting.UnorderedItems.Select(item => item.Element)];
            _waiting.Clear();
            _waiting.EnqueueRange(waiters, 0);
            Monitor.Pulse(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
    }

    private void Run()
    {
        while (TryTakeDue(out Waiter? due, out long shortSleepNs))
        {
            due?.End();
            if (shortSleepNs > 0)
            {
                Sleep(shortSleepNs);
            }
        }
    }

    /// <summary>Gives one whose moment has come, or how long to sleep until the first one's; false at the end.</summary>
    private bool TryTakeDue(out Waiter? due, out long shortSleepNs)
    {
        (due, shortSleepNs) = (null, 0);
        lock (_gate)
        {
            while (!_stopped)
            {
                if (!_waiting.TryPeek(out _, out long atNs))
                {
                    Monitor.Wait(_gate);
                    continue;
                }

                long leftNs = atNs - NowNs;
                if (leftNs <= 0)
                {
                    due = _waiting.Dequeue();
                    return true;
                }

                if (leftNs <= CoarseNs)
                {
                    shortSleepNs = Math.Min(leftNs, LongestSleepNs);
                    return true;
                }

                Monitor.Wait(_gate, (int)Math.Min(int.MaxValue, (leftNs - NsPerMs) / NsPerMs));
            }
        }

        return false;
    }

    private static void Sleep(long ns)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            Thread.Yield();
            return;
        }

        var time = new TimeSpec { Seconds = 0, Nanoseconds = (nint)ns };
        _ = NanoSleep(in time, IntPtr.Zero);
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    private static extern int NanoSleep(in TimeSpec time, IntPtr left);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
