using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>What a leader knows of all replicas of the group, itself among them, in the order of their ids.</summary>
internal sealed class ProgressTable
{
    private readonly List<PeerProgress> _peers = [];

    /// <summary>All, in the order of ids.</summary>
    public List<PeerProgress> All => _peers;

    /// <summary>The one of <paramref name="id"/>, or null when it takes no part.</summary>
    public PeerProgress? Find(ReplicaId id)
    {
        int low = 0;
        int high = _peers.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = _peers[middle].Id.CompareTo(id);
            if (order == 0)
            {
                return _peers[middle];
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>
    /// Makes the table one of the replicas in <paramref name="configuration"/>; who is new is probed at <paramref name="next"/>.
    /// </summary>
    public void Follow(Configuration configuration, LogIndex next, long now, RaftOptions options)
    {
        _peers.RemoveAll(peer => !configuration.Contains(peer.Id));
        IEnumerable<ReplicaId> members = configuration.Voters.Concat(configuration.OutgoingVoters).Concat(configuration.Learners);
        foreach (ReplicaId id in members.Where(id => Find(id) is null).Distinct().ToArray())
        {
            _peers.Add(new PeerProgress(id, next, now, options));
            _peers.Sort((left, right) => left.Id.CompareTo(right.Id));
        }
    }

    /// <summary>The last index that is known to be durable at all.</summary>
    public LogIndex LowestMatch
    {
        get
        {
            var lowest = new LogIndex(ulong.MaxValue);
            foreach (PeerProgress peer in _peers)
            {
                lowest = LogIndex.Min(lowest, peer.Match);
            }

            return lowest;
        }
    }

    /// <summary>The last index that is durable at a quorum (Ongaro §3.6.2).</summary>
    public LogIndex QuorumMatch(Configuration configuration) => new(Quorum.Reached(configuration, new Matches(this)));

    /// <summary>The last round of reads that a quorum answered; the leader answers its own at once.</summary>
    public ulong QuorumRound(Configuration configuration, ReplicaId self, ulong ownRound) =>
        Quorum.Reached(configuration, new Rounds(this, self, ownRound));

    /// <summary>The tick since which a quorum was heard from; the leader hears itself always.</summary>
    public long QuorumHeardAt(Configuration configuration, ReplicaId self, long now) =>
        (long)Quorum.Reached(configuration, new HeardTicks(this, self, now));

    private readonly record struct Matches(ProgressTable Table) : IVoterValue
    {
        public ulong Of(ReplicaId voter) => Table.Find(voter)!.Match.Value;
    }

    private readonly record struct Rounds(ProgressTable Table, ReplicaId Self, ulong OwnRound) : IVoterValue
    {
        public ulong Of(ReplicaId voter) => voter == Self ? OwnRound : Table.Find(voter)!.AnsweredRound;
    }

    private readonly record struct HeardTicks(ProgressTable Table, ReplicaId Self, long Now) : IVoterValue
    {
        public ulong Of(ReplicaId voter) => (ulong)(voter == Self ? Now : Table.Find(voter)!.HeardAt);
    }
}
