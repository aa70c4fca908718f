using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Runtime;

namespace Holdfast.Simulation.Tests;

/// <summary>Clusters whose leaders read by lease, on clocks that drift apart by nearly as much as they are trusted not to.</summary>
public class LeaseTests
{
    private const ulong FirstSeed = 1;
    private const int Seeds = 12;

    [Fact]
    public void Reads_by_lease_are_linearizable_on_clocks_that_drift_within_the_bound()
    {
        var options = new SimulationOptions { World = new WorldOptions { MaxClockDrift = 0.024 } };
        var results = new SeedResult[Seeds];
        Parallel.For(0, Seeds, i => results[i] = SeedRunner.Run(FirstSeed + (ulong)i, options, new LeaseFactory()));

        SeedResult? broken = results.FirstOrDefault(result => result.Violation is not null);
        Assert.True(broken is null, broken?.Report);
        Assert.All(results, result => Assert.Empty(result.Undecided));
    }

    private sealed class LeaseFactory : ISimNodeFactory
    {
        public bool Supports(FaultKind kind) => true;

        public ISimNode Start(NodeEnvironment environment) => new TimelyNode(
            new EngineNode(
                environment,
                new EngineOptions
                {
                    Self = environment.Id,
                    Address = environment.Address,
                    Peers = [.. environment.Founders.Where(founder => founder != environment.Address)],
                    Partitions = environment.Partitions,
                    MaxHistoryBytes = environment.HistoryBytes,
                    HistoryMs = environment.HistoryMs,
                    ReadsByLease = true,
                },
                segmentBytes: 64 * 1024),
            environment.Clock);
    }

    /// <summary>An engine whose host reads the clock after the inputs and before each flush, as leases ask for.</summary>
    private sealed class TimelyNode(EngineNode node, SimClock clock) : ISimNode
    {
        public bool HasStopped => node.HasStopped;

        public bool HasWork => node.HasWork;

        public void OnTick(long nowMicros) => node.OnTick(nowMicros);

        public void OnFrame(TransportLane lane, ReadOnlySpan<byte> frame) => node.OnFrame(lane, frame);

        public void OnPeerConnection(PeerHandle peer, TransportLane lane, bool isUp) => node.OnPeerConnection(peer, lane, isUp);

        public void OnDiskWorkDone(DiskWork work) => node.OnDiskWorkDone(work);

        public IRequestSession Open(IReplySink sink) => node.Open(sink);

        public void Flush()
        {
            node.OnTick(clock.MonotonicMicros);
            node.Flush();
        }

        public bool TryControl(ControlAction action, SeededRandom random) => node.TryControl(action, random);

        public void ReadGroups(List<GroupFacts> groups) => node.ReadGroups(groups);

        public bool TryReadEntry(GroupId group, LogIndex index, out EntryFacts entry) => node.TryReadEntry(group, index, out entry);

        public void Dispose() => node.Dispose();
    }
}
