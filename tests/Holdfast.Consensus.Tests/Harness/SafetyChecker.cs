using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Harness;

/// <summary>
/// Watches all replicas of a group for the properties of Ongaro's figure 3.2, from outside: it trusts no node's own checks.
/// </summary>
internal sealed class SafetyChecker
{
    private readonly Dictionary<Term, ReplicaId> _leaders = [];
    private readonly Dictionary<(ReplicaId, Term), ReplicaId> _votes = [];
    private readonly Dictionary<EntryId, (ulong Hash, Term Previous)> _entries = [];
    private readonly List<(EntryId Id, ulong State)> _applied = [(default, 0)];
    private readonly Dictionary<ReplicaId, (int Restarts, Term Term, LogIndex Commit, LogIndex Applied)> _last = [];
    private Func<ReplicaId, SimulatedReplica?> _find = _ => null;

    /// <summary>The last entry that any replica knew to be committed.</summary>
    public LogIndex Committed { get; private set; }

    public int Elections => _leaders.Count;

    public int Applied => _applied.Count - 1;

    public void Watch(Func<ReplicaId, SimulatedReplica?> find) => _find = find;

    public void OnReady(SimulatedReplica replica, Ready ready)
    {
        foreach (ref readonly Entry entry in ready.Entries.Span)
        {
            OnAppended(replica.Node, entry);
        }

        foreach (ref readonly Message message in ready.Messages)
        {
            OnSent(replica, message);
        }

        OnStanding(replica);
    }

    /// <summary>State-machine safety: all apply the same entry at an index, in order, once.</summary>
    public ulong OnApplied(SimulatedReplica replica, in Entry entry, ulong state)
    {
        int index = (int)entry.Id.Index.Value;
        Assert.True(index <= _applied.Count, $"{replica.Id} applies {entry} with a gap");
        Assert.Equal(_applied[index - 1].State, state);
        ulong next = Mix(state, entry);
        if (index == _applied.Count)
        {
            _applied.Add((entry.Id, next));
        }

        Assert.Equal((entry.Id, next), _applied[index]);
        return next;
    }

    public void OnInstalled(SimulatedReplica replica, LogIndex index) =>
        Assert.Equal(_applied[(int)index.Value].State, replica.State);

    /// <summary>Election safety, leader completeness, durable commit, and nothing that goes back.</summary>
    public void OnStanding(SimulatedReplica replica)
    {
        RaftNode node = replica.Node;
        if (node.Role == RoleKind.Leader)
        {
            if (_leaders.TryAdd(node.Term, node.Id))
            {
                OnElected(node);
            }

            Assert.Equal(_leaders[node.Term], node.Id);
        }

        if (node.Commit > Committed)
        {
            Committed = node.Commit;
            RequireDurableAtQuorum(node);
        }

        (int restarts, Term term, LogIndex commit, LogIndex applied) = _last.GetValueOrDefault(replica.Id);
        if (restarts == replica.Restarts)
        {
            Assert.True(node.Term >= term && node.Commit >= commit && node.Applied >= applied, $"{node} went back");
        }

        _last[replica.Id] = (replica.Restarts, node.Term, node.Commit, node.Applied);
    }

    /// <summary>Log matching, by induction: an index and a term name one entry with one predecessor.</summary>
    private void OnAppended(RaftNode node, in Entry entry)
    {
        Term previous = node.DescribeSnapshot(entry.Id.Index.Previous).Id.Term;
        (ulong, Term) content = (Mix(0, entry), previous);
        if (!_entries.TryAdd(entry.Id, content))
        {
            Assert.Equal(_entries[entry.Id], content);
        }
    }

    private void OnSent(SimulatedReplica replica, in Message message)
    {
        if (message.Kind == MessageKind.VoteResponse && !message.Reject)
        {
            RequireOneVote(replica, message.Term, message.To);
        }
        else if (message.Kind == MessageKind.Vote)
        {
            RequireOneVote(replica, message.Term, replica.Id);
        }
        else if (message.Kind == MessageKind.AppendResponse && !message.Reject)
        {
            RequireDurable(replica, message);
        }
    }

    /// <summary>One vote a term, over restarts too, and durable before it is told.</summary>
    private void RequireOneVote(SimulatedReplica voter, Term term, ReplicaId candidate)
    {
        Assert.Equal(new HardState(term, candidate), voter.Disk.HardState);
        if (!_votes.TryAdd((voter.Id, term), candidate))
        {
            Assert.Equal(_votes[(voter.Id, term)], candidate);
        }
    }

    private static void RequireDurable(SimulatedReplica replica, in Message confirmation)
    {
        Assert.True(replica.Disk.HardState.Term >= confirmation.Term, $"{confirmation} speaks for a term that is not durable");
        if (confirmation.Term < replica.Node.Term)
        {
            // It was let go in the earlier term, as if it were on its way: the log in memory may have changed since.
            return;
        }

        LogIndex index = LogIndex.Max(confirmation.LogPosition.Index, replica.Node.FirstIndex.Previous);
        EntryId confirmed = replica.Node.DescribeSnapshot(index).Id;
        Assert.True(replica.Disk.Holds(confirmed), $"{confirmation} confirms {confirmed}, which is not durable at {replica}");
    }

    /// <summary>Leader completeness: who is elected holds all that is committed.</summary>
    private void OnElected(RaftNode leader)
    {
        if (Committed.Value < (ulong)_applied.Count && Committed >= leader.FirstIndex.Previous)
        {
            Assert.Equal(_applied[(int)Committed.Value].Id, leader.DescribeSnapshot(Committed).Id);
        }

        Assert.True(leader.LastIndex >= Committed, $"{leader} lacks entries up to {Committed}");
    }

    private void RequireDurableAtQuorum(RaftNode node)
    {
        EntryId id = node.DescribeSnapshot(node.Commit).Id;
        bool IsDurableAt(ReplicaId voter) => _find(voter)?.Disk.Holds(id) == true;
        Assert.True(SlowQuorum.Holds(node.Configuration, IsDurableAt), $"{node} commits {id} without a durable quorum");
    }

    private static ulong Mix(ulong state, in Entry entry)
    {
        uint crc = Crc32C.Compute(entry.Data.Span, (uint)entry.Kind);
        ulong mixed = (state ^ crc) + (entry.Id.Term.Value * 0x9E3779B97F4A7C15);
        return System.Numerics.BitOperations.RotateLeft(mixed, 17) * 0xBF58476D1CE4E5B9;
    }
}
