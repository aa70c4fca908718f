using System.Text;
using Holdfast.Consensus.Tests.Harness;
using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Random;

/// <summary>One group, played by one seed.</summary>
internal sealed class RandomRun
{
    private const int Steps = 2_000;
    private const int MaxReplicas = 7;

    private readonly SeededRandom _random;
    private readonly Dictionary<ulong, LogIndex> _reads = [];
    private readonly (int Weight, Action Act)[] _actions;
    private ulong _context;
    private int _nextReplica;

    public RandomRun(ulong seed)
    {
        _random = new SeededRandom(seed);
        _nextReplica = 1 + _random.Next(1, 6);
        var options = new RaftOptions
        {
            ElectionTicksMin = 10,
            ElectionTicksMax = 20,
            HeartbeatTicks = 2,
            LeaseMarginTicks = 2,
            MaxBytesPerAppend = 120,
            MaxInflightBytes = 400,
            MaxTrailingBytes = _random.Chance(0.5) ? 0 : 200,
            MaxLogBytes = _random.Chance(0.3) ? 600 : 1 << 20,
            MinLogBytes = _random.Chance(0.5) ? 100 : 1 << 20,
            MaxBytesPerApply = 200,
            MaxUncommittedBytes = 2_000,
            SnapshotChunkBytes = 10,
        };
        Cluster = new SimulatedCluster(_nextReplica - 1, options, seed);
        _actions =
        [
            (340, Deliver), (260, Tick), (200, CompleteWrite), (30, Propose), (60, Read), (10, Drop),
            (10, Duplicate), (3, Crash), (9, Restart), (8, Transfer), (16, ChangeMembers), (6, Snapshot), (30, AnswerReads),
            (3, Unreachable), (2, Partition),
        ];
    }

    public SimulatedCluster Cluster { get; }

    public int ReadsGranted { get; private set; }

    public int ChangesAccepted { get; private set; }

    public int TransfersBegun { get; private set; }

    public void Play()
    {
        int total = _actions.Sum(action => action.Weight);
        for (int i = 0; i < Steps; i++)
        {
            int drawn = _random.Next(total);
            foreach ((int weight, Action act) in _actions)
            {
                if ((drawn -= weight) < 0)
                {
                    act();
                    break;
                }
            }

            // Mostly a node's wishes are carried out soon; at times much gathers first.
            if (_random.Chance(0.7))
            {
                Handle();
            }

            CheckGrants();
        }

        Converge();
    }

    /// <summary>All faults end: the group elects, commits, and everyone who takes part is equal.</summary>
    private void Converge()
    {
        Cluster.Heal();
        foreach (SimulatedReplica down in Cluster.All.Where(replica => !replica.IsUp))
        {
            down.Restart();
        }

        Cluster.TickUntil(() => Cluster.Leader is { Node: { TransferTarget: null, Configuration.IsJoint: false } });
        Cluster.TickUntil(() => Cluster.Leader?.Node.Propose("last"u8, out _) == ProposeResult.Accepted);
        Cluster.TickUntil(HaveAllAgreed);
        CheckGrants();
    }

    private bool HaveAllAgreed()
    {
        if (Cluster.Leader is not { } leader || leader.Node.Commit != leader.Node.LastIndex)
        {
            return false;
        }

        // A leader that stays alone with its log can't snapshot by itself: followers that are too far behind need one.
        leader.TakeSnapshot();
        return Cluster.All
            .Where(replica => leader.Node.Configuration.Contains(replica.Id))
            .All(replica => replica.Node.Applied == leader.Node.Commit && replica.State == leader.State);
    }

    private void Deliver()
    {
        // The more are on their way, the more arrive, so that delays stay bounded.
        for (int left = 1 + (Cluster.Network.Count / 10); left > 0 && Cluster.Network.Count > 0; left--)
        {
            // Mostly in order, since a group that never hears anything in order does nothing of interest.
            Cluster.Deliver(_random.Chance(0.7) ? 0 : _random.Next(Cluster.Network.Count));
        }
    }

    private void Tick() => Any()?.Tick();

    private void Handle()
    {
        SimulatedReplica[] ready = [.. Cluster.Up.Where(replica => replica.Node.HasReady)];
        if (ready.Length > 0)
        {
            Cluster.HandleReady(ready[_random.Next(ready.Length)]);
        }
    }

    private void CompleteWrite()
    {
        SimulatedReplica[] writing = [.. Cluster.Up.Where(replica => replica.Disk.Underway > 0)];
        if (writing.Length > 0)
        {
            SimulatedReplica replica = writing[_random.Next(writing.Length)];
            replica.CompleteOneWrite();
            Cluster.Checker.OnStanding(replica);
        }
    }

    private void Propose()
    {
        if (Cluster.Leader is { } leader)
        {
            leader.Node.Propose(Encoding.ASCII.GetBytes($"c{_context++}".PadRight(_random.Next(4, 40), '.')), out _);
        }
    }

    private void Read()
    {
        // Of those who think that they lead, since one that no longer does is who could be wrong.
        SimulatedReplica[] leaders = [.. Cluster.Up.Where(replica => replica.Node.Role == RoleKind.Leader)];
        if (leaders.Length > 0)
        {
            SimulatedReplica replica = leaders[_random.Next(leaders.Length)];

            // Whatever is known to be committed anywhere when a read comes must be seen by it.
            ulong context = ++_context;
            _reads[context] = Cluster.Checker.Committed;
            replica.Node.RequestRead(context);
        }
    }

    private void CheckGrants()
    {
        foreach (SimulatedReplica replica in Cluster.All)
        {
            foreach (ReadGrant grant in replica.Grants)
            {
                ReadsGranted++;
                Assert.True(_reads.Remove(grant.Context, out LogIndex committed), $"{grant} was granted twice, or never asked for");
                Assert.True(grant.Index >= committed, $"{replica.Id} granted {grant}, though {committed} was committed before");
            }

            replica.Grants.Clear();
        }
    }

    private void Drop()
    {
        if (Cluster.Network.Count > 0)
        {
            Cluster.Network.RemoveAt(_random.Next(Cluster.Network.Count));
        }
    }

    private void Duplicate()
    {
        if (Cluster.Network.Count > 0)
        {
            Cluster.Network.Add(Cluster.Network[_random.Next(Cluster.Network.Count)]);
        }
    }

    private void Crash() => Any()?.Crash(_random.Next(3));

    private void Restart()
    {
        SimulatedReplica[] down = [.. Cluster.All.Where(replica => !replica.IsUp)];
        if (down.Length > 0)
        {
            down[_random.Next(down.Length)].Restart();
        }
    }

    private void Transfer()
    {
        if (Cluster.Leader is { } leader && Any() is { } target && leader.Node.TransferLeadership(target.Id))
        {
            TransfersBegun++;
        }
    }

    private void ChangeMembers()
    {
        if (Cluster.Leader is not { } leader)
        {
            return;
        }

        Configuration now = leader.Node.Configuration;
        ReplicaId[] members = [.. now.Voters, .. now.Learners];
        List<ReplicaId> voters = [];
        List<ReplicaId> learners = [];
        List<ReplicaId> remove = [];
        foreach (ReplicaId member in members.Where(_ => _random.Chance(0.4)))
        {
            (_random.Next(3) switch { 0 => voters, 1 => learners, _ => remove }).Add(member);
        }

        if (members.Length < MaxReplicas && _random.Chance(0.6))
        {
            ReplicaId joins = SimulatedCluster.Replica(_nextReplica++);
            Cluster.Add(joins, Configuration.None);
            (_random.Chance(0.5) ? voters : learners).Add(joins);
        }

        var change = new ConfigurationChange
        {
            Expected = leader.Node.ConfigurationIndex,
            AddVoters = voters,
            AddLearners = learners,
            Remove = remove,
        };
        ChangesAccepted += leader.Node.ProposeConfiguration(change, out _) == ProposeResult.Accepted ? 1 : 0;
    }

    private void Snapshot() => Any()?.TakeSnapshot();

    private void AnswerReads() => Any()?.AnswerSnapshotReads();

    private void Unreachable()
    {
        if (Any() is { } replica && Any() is { } peer)
        {
            replica.Node.ReportUnreachable(peer.Id);
        }
    }

    private void Partition()
    {
        if (_random.Chance(0.7))
        {
            Cluster.Heal();
            return;
        }

        ulong cut = _random.NextUInt64();
        bool Side(ReplicaId id) => ((cut >> (int)id.Node.Value) & 1) == 1;
        Cluster.Loses = message => Side(message.From) != Side(message.To);
    }

    private SimulatedReplica? Any()
    {
        SimulatedReplica[] up = [.. Cluster.Up];
        return up.Length == 0 ? null : up[_random.Next(up.Length)];
    }
}
