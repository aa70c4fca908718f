using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>What a leader is asked for by its own node: proposals, reads, snapshots to send, status.</summary>
internal sealed partial class Leader
{
    /// <summary>Puts a command in the log.</summary>
    public ProposeResult Propose(ReadOnlySpan<byte> command, out EntryId id)
    {
        id = default;
        if (_transfer is not null)
        {
            return ProposeResult.Transferring;
        }

        // One more is let in, however large: a bound that counted it would keep large ones out as long as small ones come.
        if (Replica.Log.UncommittedBytes >= Replica.Options.MaxUncommittedBytes)
        {
            return ProposeResult.TooMuchUncommitted;
        }

        id = AppendEntry(EntryKind.Command, command);
        return ProposeResult.Accepted;
    }

    /// <summary>Takes a linearizable read.</summary>
    public ReadResult RequestRead(ulong context)
    {
        _hasWork = true;
        return _reads.Request(context, Replica.Log.Commit, Replica.Clock.Micros, Replica.Effects);
    }

    /// <summary>Bytes of a snapshot that was asked for.</summary>
    public void OnSnapshotRead(ReplicaId to, SnapshotMeta meta, ulong offset, ReadOnlyMemory<byte> data, bool last)
    {
        if (Peers.Find(to)?.Snapshot is not { } snapshot)
        {
            return;
        }

        if (snapshot.Meta is null && meta.Id.Index < Replica.Log.Base.Index)
        {
            // Entries after it were forgotten while it was read: the follower could not go on from it.
            snapshot.OnUnavailable(Replica.Now);
        }
        else if (snapshot.OnRead(meta, offset, data.Length, last, Replica.Now))
        {
            Replica.Send(Message.SnapshotChunk(Replica.Id, to, Replica.Term, meta, offset, data, last));
        }
    }

    /// <summary>There is no such snapshot now.</summary>
    public void OnSnapshotUnavailable(ReplicaId to) => Peers.Find(to)?.Snapshot?.OnUnavailable(Replica.Now);

    /// <summary>Messages to <paramref name="peer"/> may be lost.</summary>
    public void OnUnreachable(ReplicaId peer)
    {
        if (peer != Replica.Id)
        {
            Peers.Find(peer)?.Unreachable();
            _prompt.Choose(Peers, Replica.Membership.Current);
            SendToAll();
        }
    }

    /// <summary>What it knows of each replica, itself among them.</summary>
    public ReplicaProgress[] DescribeProgress() => [.. Peers.All.Select(peer => new ReplicaProgress(
        peer.Id,
        peer.State,
        peer.Match,
        peer.Next,
        peer.Id == Replica.Id ? Replica.Log.Commit : peer.Commit,
        peer.InflightBytes,
        Replica.Membership.Current.IsVoter(peer.Id),
        IsActive(peer),
        peer.Snapshot?.Offset ?? 0))];
}
