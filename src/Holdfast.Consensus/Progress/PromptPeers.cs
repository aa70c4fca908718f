using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// Which followers a leader sends to at once: as many as make a quorum with itself, those that answer first. What the others get can wait
/// for the next tick, in one message: no commit and no read waits for them. When one of the first falls behind by a tick, or its
/// connection breaks, another takes its place; so a slow disk or a dead node costs no more than that.
/// </summary>
internal sealed class PromptPeers
{
    private readonly ReplicaId _self;
    private readonly List<PeerProgress> _voters = [];
    private readonly Comparison<PeerProgress> _compare;

    /// <summary>The choice of <paramref name="self"/>, which leads.</summary>
    public PromptPeers(ReplicaId self)
    {
        _self = self;
        _compare = Compare;
    }

    /// <summary>Marks them. In a joint configuration, where two quorums are needed, all are.</summary>
    public void Choose(ProgressTable peers, Configuration configuration)
    {
        _voters.Clear();
        foreach (PeerProgress peer in peers.All)
        {
            if (peer.Id != _self && configuration.IsVoter(peer.Id))
            {
                _voters.Add(peer);
            }
            else
            {
                peer.IsPrompt = false;
            }
        }

        int needed = (configuration.VoterSpan.Length / 2) + (configuration.IsVoter(_self) ? 0 : 1);
        _voters.Sort(_compare);
        for (int i = 0; i < _voters.Count; i++)
        {
            _voters[i].IsPrompt = configuration.IsJoint || i < needed;
        }
    }

    /// <summary>
    /// Those that take part as they should come first, then who confirmed more of the log, then of the rounds of reads. Of equals those that
    /// are first already; at the start those that follow by id, so that the leaders of a cluster lean on different nodes.
    /// </summary>
    private int Compare(PeerProgress left, PeerProgress right)
    {
        (bool, ulong, ulong, bool, bool) Merit(PeerProgress peer) => (
            peer.State == ProgressState.Replicate, peer.Match.Value, peer.AnsweredRound, peer.IsPrompt, peer.Id > _self);
        int order = Merit(right).CompareTo(Merit(left));
        return order != 0 ? order : left.Id.CompareTo(right.Id);
    }
}
