using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>
/// Runs one process's disk work: in order within a lane, each piece at a later moment of virtual time. A crash between a piece and
/// its completion leaves it done, in the cache or on the medium, and nobody told.
/// </summary>
internal sealed class SimDiskLanes(World world, SimHost host, SeededRandom random) : IDiskLanes
{
    private const int TypicalMicros = 400;

    private readonly Queue<DiskWork>[] _queues = [new(), new()];
    private readonly int _boot = host.Boot;

    public void Submit(DiskLane lane, DiskWork work)
    {
        Queue<DiskWork> queue = _queues[(int)lane];
        queue.Enqueue(work);
        if (queue.Count == 1)
        {
            Begin(lane);
        }
    }

    private void Begin(DiskLane lane)
    {
        long latency = (50 + random.LongTailed(TypicalMicros)) * host.Disk.Slowness;
        world.After(latency, () => Run(lane));
    }

    private void Run(DiskLane lane)
    {
        if (host.Boot != _boot)
        {
            return;
        }

        if (world.Now < host.Disk.HangsUntil)
        {
            world.After(host.Disk.HangsUntil - world.Now, () => Run(lane));
            return;
        }

        DiskWork work = _queues[(int)lane].Peek();
        ulong before = host.Disk.Operations;
        try
        {
            work.Execute(host.Disk);
        }
        catch (DiskException e)
        {
            work.Failure = e;
        }
        catch (SimulatedCrashException)
        {
            host.Crash();
            host.ScheduleStart();
            return;
        }
        catch (Exception e)
        {
            world.Fail("disk work fails only with a disk's reasons", $"n{host.Index} {work.GetType().Name}: {e}");
            return;
        }

        world.Record(TraceKind.DiskWork, host.Index, (long)lane, host.Disk.Operations - before, work.GetType().Name);
        world.After(random.Next(10, 60), () => Complete(work));
        _queues[(int)lane].Dequeue();
        if (_queues[(int)lane].Count > 0)
        {
            Begin(lane);
        }
    }

    private void Complete(DiskWork work)
    {
        if (host.Boot == _boot)
        {
            world.Record(TraceKind.DiskWorkDone, host.Index);
            host.Input(_boot, node => node.OnDiskWorkDone(work));
        }
    }
}
