using Holdfast.Api;
using Holdfast.Keyspace;
using Holdfast.Primitives;
using Holdfast.Runtime.Recovery;
using Holdfast.Storage.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Fakes;

/// <summary>One process of a node: an engine over a directory and the network of a test.</summary>
internal sealed class TestNode : ITransport, IDiskLanes, IDisposable
{
    private const long WallClockOrigin = 1_700_000_000_000;

    private readonly TestNetwork _network;
    private readonly CrashableDisk _disk;
    private readonly List<string> _opened = [];
    private readonly Queue<DiskWork> _work = new();
    private readonly KeyspaceArena _arena = new();
    private readonly Queue<byte[]> _unread = new();
    private bool _hasInput;
    private int _steps;

    public TestNode(TestNetwork network, CrashableDisk disk, EngineOptions options, ulong seed, long nowMicros, long segmentBytes)
    {
        _network = network;
        _disk = disk;
        Address = options.Address;
        var random = new SeededRandom(seed);
        RecoveredNode recovered = NodeRecovery.Open(disk, options, _arena, segmentBytes, synced: true, random);
        Engine = new Engine(options, recovered, _arena, this, this, random, nowMicros);
        ReportDisk();
    }

    public string Address { get; }

    public Engine Engine { get; }

    public CrashableDisk Disk => _disk;

    /// <summary>While set, the process stands still; what others send waits for it.</summary>
    public bool IsPaused { get; set; }

    /// <summary>While set, the process read its clock before it stood still, and the network after.</summary>
    public bool StallsBeforeReading { get; set; }

    /// <summary>While set, disk work waits: the disk hangs.</summary>
    public bool DiskHangs { get; set; }

    /// <summary>Whether it has something to do now, or asked to be woken by now.</summary>
    public bool IsAwake(long nowMicros) => _hasInput || (_work.Count > 0 && !DiskHangs) || Engine.NextTickMicros <= nowMicros;

    public void Receive(ReadOnlySpan<byte> frame, long nowMicros)
    {
        if (IsPaused)
        {
            _unread.Enqueue(frame.ToArray());
            return;
        }

        _hasInput = true;
        if (!StallsBeforeReading)
        {
            Engine.SetTime(nowMicros);
        }

        Engine.Receive(frame);
    }

    public PeerHandle Open(string address)
    {
        _opened.Add(address);
        return new PeerHandle(_opened.Count - 1);
    }

    public void Close(PeerHandle peer)
    {
    }

    public bool Send(PeerHandle peer, TransportLane lane, ReadOnlySpan<byte> frame) => _network.Send(this, _opened[peer.Value], lane, frame);

    public void Submit(DiskLane lane, DiskWork work) => _work.Enqueue(work);

    /// <summary>Tells the engine what is free on the disk.</summary>
    public void ReportDisk() => Engine.ReportDisk(new DiskHealth(_disk.FreeBytes, Engine.SettledDiskBytes, 0, false));

    /// <summary>How many steps lie between looks at the disk; none are taken while it is zero.</summary>
    public int StepsALook { get; set; }

    /// <summary>Whether the disk has work that it has not begun.</summary>
    public bool HasDiskWork => _work.Count > 0;

    public void Disconnected(Predicate<string> match)
    {
        for (int handle = 0; handle < _opened.Count; handle++)
        {
            if (match(_opened[handle]))
            {
                foreach (TransportLane lane in Enum.GetValues<TransportLane>())
                {
                    Engine.PeerDisconnected(new PeerHandle(handle), lane);
                }
            }
        }
    }

    /// <summary>Runs the disk work that was handed out before the call, then everything that is to be done.</summary>
    public void Step(long nowMicros)
    {
        if (IsPaused)
        {
            return;
        }

        while (_unread.TryDequeue(out byte[]? unread))
        {
            Receive(unread, nowMicros);
        }

        _hasInput = false;
        for (int remaining = DiskHangs ? 0 : _work.Count; remaining > 0; remaining--)
        {
            DiskWork work = _work.Dequeue();
            try
            {
                work.Execute(_disk);
            }
            catch (DiskException failure)
            {
                work.Failure = failure;
            }

            Engine.Complete(work);
        }

        if (StepsALook > 0 && ++_steps % StepsALook == 0)
        {
            ReportDisk();
        }

        Engine.SetTime(nowMicros);
        Engine.SetWallClock(WallClockOrigin + (nowMicros / 1_000));
        Engine.Tick(nowMicros);
        do
        {
            Engine.Flush();
        }
        while (Engine.HasWork);

        Engine.SubmitLog();
    }

    public void Dispose() => Engine.Dispose();

    /// <summary>Who leads a partition as this node sees it; null when it knows no leader.</summary>
    public uint? LeaderOf(int partition)
    {
        IReadOnlyList<PartitionView> partitions = Engine.View.Current.Partitions;
        return partition < partitions.Count ? partitions[partition].Leader : null;
    }
}
