using Holdfast.Disk;
using Holdfast.Net.Loop;
using Holdfast.Primitives;
using Holdfast.Runtime;

namespace Holdfast.Server.Hosting;

/// <summary>
/// Looks at the disk twice a second and tells the engine. On a thread of its own: a disk that hangs must hold up nothing else, and a
/// thread of the pool spins each time before it sleeps again, which costs an idle node more than all that it has to do.
/// </summary>
internal sealed class DiskMonitor : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>A log write that takes longer is far beyond what any healthy disk needs.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    private readonly RealDisk _disk;
    private readonly DiskLanes _lanes;
    private readonly EventLoop _loop;
    private readonly Engine _engine;
    private readonly Action<Exception> _fatal;
    private readonly ManualResetEvent _stop = new(initialState: false);
    private readonly Thread _thread;

    public DiskMonitor(RealDisk disk, DiskLanes lanes, EventLoop loop, Engine engine, Action<Exception> fatal)
    {
        _disk = disk;
        _lanes = lanes;
        _loop = loop;
        _engine = engine;
        _fatal = fatal;
        _thread = new Thread(Run) { Name = "disk monitor", IsBackground = true };
    }

    /// <summary>Looks once, before anything is written, and starts to look. Once, while the loop does not run yet.</summary>
    public void Start()
    {
        _engine.ReportDisk(Look());
        _thread.Start();
    }

    /// <summary>Ends it. A look that hangs is not waited for for long: the thread ends with the process.</summary>
    public void Dispose()
    {
        _stop.Set();
        if (!_thread.ThreadState.HasFlag(ThreadState.Unstarted) && _thread.Join(Period))
        {
            _stop.Dispose();
        }
    }

    private void Run()
    {
        try
        {
            do
            {
                _loop.Post(new Report(_engine, Look()));
            }
            while (!_stop.WaitOne(Period));
        }
        catch (DiskException failure)
        {
            _fatal(failure);
        }
    }

    private DiskHealth Look()
    {
        long settled = _engine.SettledDiskBytes;
        DiskLaneHealth log = _lanes.Health(DiskLane.Log);
        bool isSlow = log.Longest > Slow || log.Running > Slow;
        return new DiskHealth(_disk.FreeBytes, settled, (long)log.P99.TotalMicroseconds, isSlow);
    }

    private sealed class Report(Engine engine, DiskHealth health) : ILoopWork
    {
        public void Execute() => engine.ReportDisk(health);
    }
}
