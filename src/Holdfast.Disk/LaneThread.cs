using System.Diagnostics;
using Holdfast.Primitives;

namespace Holdfast.Disk;

/// <summary>One lane of disk work: a queue, a thread, and the times that its work took.</summary>
internal sealed class LaneThread : IDisposable
{
    private const int Remembered = 1_024;

    /// <summary>A disk that hangs is not waited for: the thread ends with the process.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly WorkQueue _queue;
    private readonly long[] _durations = new long[Remembered];
    private readonly IDisk _disk;
    private readonly Action<DiskWork> _completed;
    private readonly Action<Exception> _fatal;
    private readonly Thread _thread;
    private long _count;
    private long? _runningSince;

    public LaneThread(string name, IDisk disk, Action<DiskWork> completed, Action<Exception> fatal, long maxPollMicros)
    {
        _queue = new WorkQueue(new IdlePolling(maxPollMicros), () => Thread.Yield());
        _disk = disk;
        _completed = completed;
        _fatal = fatal;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether the thread may poll for work before it sleeps. Any thread may set it.</summary>
    public bool MayPoll
    {
        get => _queue.MayPoll;
        set => _queue.MayPoll = value;
    }

    public void Submit(DiskWork work) => _queue.Add(work);

    public void Stop() => _queue.End();

    public void Dispose()
    {
        if (_thread.Join(Patience))
        {
            _queue.Dispose();
        }
    }

    public DiskLaneHealth Health()
    {
        lock (_gate)
        {
            TimeSpan running = _runningSince is { } since ? Stopwatch.GetElapsedTime(since) : TimeSpan.Zero;
            if (_count == 0)
            {
                return new DiskLaneHealth(default, default, default, running, 0, _queue.Count);
            }

            long[] sorted = _durations[..(int)Math.Min(_count, Remembered)];
            Array.Sort(sorted);
            return new DiskLaneHealth(
                new TimeSpan(_durations[(_count - 1) % Remembered]),
                new TimeSpan(sorted[(sorted.Length - 1) * 99 / 100]),
                new TimeSpan(sorted[^1]),
                running,
                _count,
                _queue.Count);
        }
    }

    private void Run()
    {
        try
        {
            while (_queue.Take() is { } work)
            {
                Execute(work);
                _completed(work);
            }
        }
#pragma warning disable CA1031 // Whatever it is, it must reach the host, which stops the node: a lane that dies unseen is a hang.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _fatal(error);
        }
    }

    private void Execute(DiskWork work)
    {
        lock (_gate)
        {
            _runningSince = Stopwatch.GetTimestamp();
        }

        try
        {
            work.Execute(_disk);
        }
        catch (DiskException failure)
        {
            work.Failure = failure;
        }
        finally
        {
            lock (_gate)
            {
                _durations[_count++ % Remembered] = Stopwatch.GetElapsedTime(_runningSince!.Value).Ticks;
                _runningSince = null;
            }
        }
    }
}
