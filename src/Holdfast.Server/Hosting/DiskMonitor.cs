using Holdfast.Disk;
using Holdfast.Net.Loop;
using Holdfast.Primitives;
using Holdfast.Runtime;

namespace Holdfast.Server.Hosting;

/// <summary>Looks at the disk twice a second and tells the engine.</summary>
internal sealed class DiskMonitor(RealDisk disk, DiskLanes lanes, EventLoop loop, Engine engine, Action<Exception> fatal) : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>A log write that takes longer is far beyond what any healthy disk needs.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Starts to look.</summary>
    public void Start() => _running = RunAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Period);
        try
        {
            do
            {
                DiskLaneHealth log = lanes.Health(DiskLane.Log);
                bool isSlow = log.Longest > Slow || log.Running > Slow;
                var health = new DiskHealth(disk.FreeBytes, (long)log.P99.TotalMicroseconds, isSlow);
                loop.Post(new Report(engine, health));
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
        catch (DiskException failure)
        {
            fatal(failure);
        }
    }

    private sealed class Report(Engine engine, DiskHealth health) : ILoopWork
    {
        public void Execute() => engine.ReportDisk(health);
    }
}
