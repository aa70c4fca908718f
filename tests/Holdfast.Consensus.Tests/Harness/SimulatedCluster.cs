using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Harness;

/// <summary>
/// A group in memory, whose every step the safety checker watches. Nothing happens by itself: a test moves messages, writes
/// and ticks, or lets <see cref="Settle"/> do so.
/// </summary>
internal sealed class SimulatedCluster
{
    private const int SettleLimit = 10_000;

    private readonly SortedDictionary<ReplicaId, SimulatedReplica> _replicas = [];
    private readonly SeededRandom _random;
    private readonly RaftOptions _options;

    public SimulatedCluster(int voters, RaftOptions? options = null, ulong seed = 1)
    {
        _options = options ?? new RaftOptions();
        _random = new SeededRandom(seed);
        Checker.Watch(id => _replicas.GetValueOrDefault(id));
        var initial = new Configuration(Enumerable.Range(1, voters).Select(i => Replica(i)));
        foreach (ReplicaId id in initial.Voters)
        {
            Add(id, initial);
        }
    }

    public SafetyChecker Checker { get; } = new();

    public IEnumerable<SimulatedReplica> All => _replicas.Values;

    public IEnumerable<SimulatedReplica> Up => _replicas.Values.Where(replica => replica.IsUp);

    /// <summary>Messages on their way, in the order in which they were sent.</summary>
    public List<Message> Network { get; } = [];

    /// <summary>Which messages get lost.</summary>
    public Func<Message, bool> Loses { get; set; } = _ => false;

    /// <summary>All messages ever sent, lost ones too.</summary>
    public List<Message> Sent { get; } = [];

    public SimulatedReplica this[int number] => _replicas[Replica(number)];

    public static ReplicaId Replica(int number) => new(new NodeId((uint)number), 0);

    public SimulatedReplica Add(ReplicaId id, Configuration initial)
    {
        var replica = new SimulatedReplica(id, initial, _options, Checker, _random);
        _replicas.Add(id, replica);
        return replica;
    }

    public SimulatedReplica? Find(ReplicaId id) => _replicas.GetValueOrDefault(id);

    /// <summary>The leader of the latest term, if it is up.</summary>
    public SimulatedReplica? Leader => Up.Where(replica => replica.Node.Role == RoleKind.Leader).MaxBy(replica => replica.Node.Term);

    /// <summary>Takes what the node has ready; its messages go on their way.</summary>
    public void HandleReady(SimulatedReplica replica)
    {
        foreach (Message message in replica.HandleReady())
        {
            Sent.Add(message);
            if (!Loses(message))
            {
                Network.Add(message);
            }
        }
    }

    /// <summary>Delivers the message at <paramref name="position"/>.</summary>
    public void Deliver(int position)
    {
        Message message = Network[position];
        Network.RemoveAt(position);
        Deliver(message);
    }

    public void Deliver(Message message)
    {
        if (Find(message.To) is { IsUp: true } to)
        {
            to.Node.Step(message);
            Checker.OnStanding(to);
        }
    }

    /// <summary>Carries out, in order, all that is to be done without a tick: until nothing is.</summary>
    public void Settle()
    {
        for (int i = 0; i < SettleLimit; i++)
        {
            if (!SettleOnce())
            {
                return;
            }
        }

        Assert.Fail("the group does not come to rest");
    }

    /// <summary>Gives everyone who is up one tick, and lets all settle.</summary>
    public void Tick()
    {
        foreach (SimulatedReplica replica in Up.ToArray())
        {
            replica.Tick();
        }

        Settle();
    }

    public void Tick(int times)
    {
        for (int i = 0; i < times; i++)
        {
            Tick();
        }
    }

    /// <summary>Ticks until the condition holds, which it must within <paramref name="limit"/> ticks.</summary>
    public void TickUntil(Func<bool> condition, int limit = 2_000)
    {
        for (int i = 0; i < limit; i++)
        {
            if (condition())
            {
                return;
            }

            Tick();
        }

        Assert.Fail($"not reached in {limit} ticks:\n{string.Join('\n', All)}\n{string.Join('\n', Leader?.Node.Progress ?? [])}");
    }

    /// <summary>Makes one replica the leader, by letting time pass for it alone.</summary>
    public SimulatedReplica Elect(int number)
    {
        SimulatedReplica replica = this[number];
        for (int i = 0; i < 200 && replica.Node.Role != RoleKind.Leader; i++)
        {
            replica.Tick();
            Settle();
        }

        Assert.Equal(RoleKind.Leader, replica.Node.Role);
        return replica;
    }

    /// <summary>Cuts the replicas named off from all others, in both directions.</summary>
    public void Isolate(params int[] numbers)
    {
        HashSet<ReplicaId> cut = [.. numbers.Select(Replica)];
        Loses = message => cut.Contains(message.From) != cut.Contains(message.To);
        Network.RemoveAll(message => Loses(message));
    }

    public void Heal() => Loses = _ => false;

    private bool SettleOnce()
    {
        bool any = false;
        foreach (SimulatedReplica replica in Up.ToArray())
        {
            replica.AnswerSnapshotReads();
            if (replica.Node.HasReady)
            {
                HandleReady(replica);
                any = true;
            }

            if (replica.Disk.Underway > 0)
            {
                replica.CompleteOneWrite();
                Checker.OnStanding(replica);
                any = true;
            }
        }

        while (Network.Count > 0)
        {
            Deliver(0);
            any = true;
        }

        return any;
    }
}
