using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Tests.Fakes;
using Holdfast.Wire.Frames;

namespace Holdfast.Runtime.Tests.Routing;

/// <summary>Requests on a node that has no replica of their partition, and that nobody tells who leads it.</summary>
public sealed class WithoutReplicaTests : IDisposable
{
    private const int Partition = 0;

    /// <summary>A few rounds of asking, in steps; far less than the time between two reports.</summary>
    private const int AFewTries = 250;

    private readonly TestCluster _cluster = TestCluster.Formed(nodes: 4, partitions: 4);
    private readonly RecordingSink _sink = new();
    private readonly List<IRequestSession> _sessions = [];
    private readonly uint _outside;
    private ulong _id;

    public WithoutReplicaTests()
    {
        _outside = Enumerable.Range(0, 4).Select(id => (uint)id).Single(id => ReplicaOn(id) is null);
        _cluster.Network.Loses = (_, _, frame) => PeerFrame.TryRead(frame, out PeerFrame header, out _) && header.Kind == FrameKind.Report;
    }

    public void Dispose()
    {
        _sessions.ForEach(session => session.Dispose());
        _cluster.Dispose();
    }

    [Fact]
    public void A_request_after_a_calm_hand_over_finds_the_new_leader()
    {
        IRequestSession session = Open();
        for (int round = 0; round < 6; round++)
        {
            Replica old = Leader();
            ReplicaId next = old.Raft.Configuration.Voters.First(voter => voter != old.Raft.Id);
            Assert.True(_cluster[old.Raft.Id.Node.Value].Engine.TryTransfer(old, next));
            _cluster.Until(() => ReplicaOn(next.Node.Value)!.IsLeader);
            Assert.InRange(StepsToDo(session), 1, AFewTries);
        }
    }

    [Fact]
    public void A_request_while_leadership_is_handed_over_waits_for_no_report()
    {
        IRequestSession session = Open();
        Replica old = Leader();
        ReplicaId next = old.Raft.Configuration.Voters.First(voter => voter != old.Raft.Id);
        Assert.True(_cluster[old.Raft.Id.Node.Value].Engine.TryTransfer(old, next));
        Assert.InRange(StepsToDo(session), 1, AFewTries);
    }

    [Fact]
    public void A_node_that_was_told_of_no_leader_asks_the_replicas()
    {
        _cluster.Crash(_outside);
        _cluster.Restart(_outside);
        _cluster.Until(() => _cluster[_outside].Engine.PartitionCount > 0);
        _cluster.Steps(100);
        Assert.InRange(StepsToDo(Open()), 1, AFewTries);
    }

    [Fact]
    public void Replicas_that_are_down_are_passed_over()
    {
        IRequestSession session = Open();
        uint old = Leader().Raft.Id.Node.Value;
        _cluster.Crash(old);
        _cluster.Until(() => Enumerable.Range(0, 4).Any(id => id != old && ReplicaOn((uint)id) is { IsLeader: true }));
        Assert.InRange(StepsToDo(session), 1, AFewTries);
    }

    private int StepsToDo(IRequestSession session)
    {
        // A key of the partition, whatever the number of its slot: the first one that is.
        string key = Enumerable.Range(0, 1000)
            .Select(i => $"key{i}")
            .First(candidate => PartitionOf(candidate) == Partition);
        int steps = 0;
        session.Submit(Fakes.Requests.Put(++_id, key, "value"));
        _cluster.Until(() =>
        {
            steps++;
            return _sink.Find(_id) is not null;
        });
        Assert.True(_sink.Find(_id)!.IsDone);
        return steps;
    }

    private static int PartitionOf(string key) => (int)new Placement.SlotRanges(4).PartitionOf(
        Placement.SlotHash.Of(System.Text.Encoding.UTF8.GetBytes(key), Placement.PartitionBy.Key)).Value;

    private Replica Leader() => Enumerable.Range(0, 4).Select(id => ReplicaOn((uint)id)).First(replica => replica is { IsLeader: true })!;

    private Replica? ReplicaOn(uint node) => _cluster.Network.Nodes.ContainsKey(TestCluster.AddressOf(node))
        ? _cluster[node].Engine.FindReplica(new PartitionId(Partition).Group)
        : null;

    private IRequestSession Open()
    {
        IRequestSession session = _cluster[_outside].Engine.Open(_sink);
        _sessions.Add(session);
        return session;
    }
}
