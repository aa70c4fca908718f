using BenchmarkDotNet.Attributes;
using Holdfast.Consensus;
using Holdfast.Primitives;

namespace Holdfast.Bench.Micro;

/// <summary>One write through three replicas: proposed, appended, acknowledged, committed, and applied on all of them.</summary>
public class ConsensusBenchmarks
{
    private const int Replicas = 3;
    private const int HeartbeatTicks = 5;

    private readonly byte[] _command = new byte[300];
    private readonly RaftClock _clock = new();
    private readonly RaftNode[] _nodes = new RaftNode[Replicas];

    [GlobalSetup]
    public void Elect()
    {
        var options = new RaftOptions { MaxLogBytes = 256 * 1024 };
        var configuration = new Configuration(Enumerable.Range(0, Replicas).Select(IdOf));
        for (int i = 0; i < Replicas; i++)
        {
            _nodes[i] = new RaftNode(
                options, IdOf(i), RestoredState.Bootstrap(configuration), new SeededRandom((ulong)i), _clock, new EntryBlockPool(4 << 20));
        }

        while (_nodes[0].Role != RoleKind.Leader)
        {
            TickFirst(1);
            Settle();
        }

        // Those who follow learn who leads.
        Write();
    }

    [Benchmark]
    public long Write()
    {
        ProposeResult result = _nodes[0].Propose(_command, out EntryId id);
        Settle();

        // A heartbeat's time passes for each write, so that all replicas learn of its commit and apply it.
        TickFirst(HeartbeatTicks);
        Settle();
        return result == ProposeResult.Accepted && _nodes[2].Applied >= id.Index
            ? (long)id.Index.Value : throw new InvalidOperationException($"{result}: {_nodes[0]}, {_nodes[2]}");
    }

    /// <summary>The time of the others stands still: nobody stands against the leader.</summary>
    private void TickFirst(int ticks)
    {
        _clock.Advance(ticks, _clock.Micros + (ticks * RaftOptions.TickMicros));
        _nodes[0].Tick();
    }

    private void Settle()
    {
        bool worked;
        do
        {
            worked = false;
            foreach (RaftNode node in _nodes)
            {
                while (node.HasReady)
                {
                    Handle(node);
                    worked = true;
                }
            }
        }
        while (worked);
    }

    /// <summary>Writes are durable at once, and messages arrive at once.</summary>
    private void Handle(RaftNode node)
    {
        Ready ready = node.TakeReady();
        foreach (ref readonly Message message in ready.Messages)
        {
            _nodes[message.To.Node.Value].Step(message);
        }

        PersistToken? token = ready.Token;
        if (!ready.Committed.IsEmpty)
        {
            node.AppliedTo(ready.Committed.Span[^1].Id.Index);
        }

        if (token is { } written)
        {
            node.Persisted(written);
        }
    }

    private static ReplicaId IdOf(int node) => new(new NodeId((uint)node), 0);
}
