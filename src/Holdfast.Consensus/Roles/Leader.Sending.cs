using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>What a leader sends when: to a quorum at once, to the others with the next tick (<see cref="PromptPeers"/>).</summary>
internal sealed partial class Leader
{
    private readonly PromptPeers _prompt = new(replica.Id);
    private long _heldBackBytes;
    private bool _holdsBackEntries;
    private bool _holdsBackRound;
    private bool _sendsToAll;

    /// <inheritdoc/>
    public override void Emit(Ready ready)
    {
        _hasWork = false;
        if (_reads.WantsRound)
        {
            _reads.Start(Replica.Clock.Micros);
            SendRound();
            ConfirmReads(ready);
        }

        _sendsToAll |= _heldBackBytes >= Replica.Options.MaxTrailingBytes;
        foreach (PeerProgress peer in Peers.All)
        {
            if (peer.Id == Replica.Id)
            {
                continue;
            }

            if (MayWait(peer))
            {
                _holdsBackEntries |= peer.Next <= Replica.Log.Last.Index;
            }
            else
            {
                _replicator.Send(peer, ready);
            }
        }

        _heldBackBytes = _holdsBackEntries && !_sendsToAll ? _heldBackBytes : 0;
        _sendsToAll = false;
    }

    /// <summary>Sends to all, once, whatever is there for them: a hand-over, or a follower that no one can count on, has to be seen to.</summary>
    private void SendToAll()
    {
        _sendsToAll = true;
        _hasWork = true;
    }

    /// <summary>A tick has passed: who waited gets what there is, and who is to be first is decided anew.</summary>
    private void SendHeldBack()
    {
        _prompt.Choose(Peers, Replica.Membership.Current);
        if (_holdsBackEntries)
        {
            SendToAll();
        }

        if (_holdsBackRound && _reads.IsUnderway)
        {
            foreach (ReplicaId voter in Replica.OtherVoters)
            {
                SendHeartbeat(voter);
            }
        }

        _holdsBackEntries = false;
        _holdsBackRound = false;
    }

    private void SendRound()
    {
        foreach (ReplicaId voter in Replica.OtherVoters)
        {
            if (Replica.Options.MaxTrailingBytes == 0 || Peers.Find(voter)!.IsPrompt)
            {
                SendHeartbeat(voter);
            }
            else
            {
                _holdsBackRound = true;
            }
        }
    }

    /// <summary>Only who keeps up can wait: a probe, a snapshot and what was asked for go at once.</summary>
    private bool MayWait(PeerProgress peer) =>
        !_sendsToAll && !peer.IsPrompt && !peer.MustSend && peer.State == ProgressState.Replicate && _transfer is null;
}
