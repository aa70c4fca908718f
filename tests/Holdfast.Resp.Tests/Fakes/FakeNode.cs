using Holdfast.Api;

namespace Holdfast.Resp.Tests.Fakes;

/// <summary>A clock that a test sets.</summary>
public sealed class FakeClock : IRespClock
{
    public long UnixTimeMicroseconds { get; set; } = 1_700_000_000_123_456;

    public long MonotonicMs { get; set; } = 5_000;
}

/// <summary>A cluster of one node and one partition with ten keys.</summary>
public sealed class FakeCluster : IClusterViewSource
{
    public ClusterView Current { get; } = new()
    {
        Epoch = 1,
        Version = "0.1.0",
        Self = 0,
        Replicas = 1,
        PartitionBy = "key",
        System = new SystemView(0, 1, [0]),
        Problems = [],
        Nodes =
        [
            new NodeView
            {
                Id = 0, Address = "localhost:8000", State = NodeState.Up, Weight = 1, Leaders = 1, Replicas = 1, MemoryBytes = 3 * 1024 * 1024,
                Disk = new DiskView(DiskState.Ok, 1, 1),
            },
        ],
        Partitions =
        [
            new PartitionView
            {
                Id = 0, FirstSlot = 0, LastSlot = 16383, Leader = 0, Term = 1, Commit = 1, Keys = 10, Bytes = 100,
                State = PartitionState.Ok, Replicas = [],
            },
        ],
    };
}

/// <summary>What the sessions of a test share.</summary>
public sealed class FakeNode
{
    public FakeNode(int partitions = 4, IClusterViewSource? cluster = null, IRouteMap? routes = null)
    {
        Gate = new FakeGate(partitions) { NowMs = () => Clock.UnixTimeMicroseconds / 1_000 };
        var identity = new RespIdentity { RunId = new string('a', 40), Port = 8000 };
        Server = new RespServer(Gate, cluster ?? new FakeCluster(), Clock, identity) { Routes = routes };
    }

    public FakeGate Gate { get; }

    public FakeClock Clock { get; } = new();

    public RespServer Server { get; }

    public FakeConnection Connect(RespOptions? options = null, string remote = "127.0.0.1:5000") =>
        new(this, options ?? new RespOptions(), new RespEndpoints(remote, "127.0.0.1:8000"));
}
