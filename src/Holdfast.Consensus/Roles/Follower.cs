using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>Takes what the leader sends, and begins an election when it hears nothing for too long. A learner does not.</summary>
internal sealed class Follower(Replica replica) : Role(replica)
{
    private ElectionTimer _timer;
    private bool _inTouch;

    /// <inheritdoc/>
    public override RoleKind Kind => RoleKind.Follower;

    /// <inheritdoc/>
    public override long Due => IsAlone && Replica.MayCampaign ? Replica.Now : _timer.Deadline;

    /// <inheritdoc/>
    public override void Enter() => _timer.Restart(Replica.Now, Replica.Options, Replica.Random);

    /// <inheritdoc/>
    public override void Tick()
    {
        if (Replica.Now >= Due && Replica.MayCampaign)
        {
            Replica.Become(new PreCandidate(Replica));
        }
    }

    /// <inheritdoc/>
    public override void OnHeartbeat(in Message message)
    {
        HearLeader();
        Replica.Send(Message.HeartbeatResponse(Replica.Id, message.From, Replica.Term, message.Round));
        if (!_inTouch)
        {
            // The leader may think that this replica knows what it knew before a restart or a pause: heartbeats say nothing
            // of the log. So ask to be told, until an append comes.
            EntryId last = Replica.Log.Last;
            Replica.Send(Message.AppendRefused(
                Replica.Id, message.From, Replica.Term, new EntryId(default, last.Index.Next), last, Replica.Log.Commit));
        }
    }

    /// <inheritdoc/>
    public override void OnAppend(in Message message)
    {
        HearLeader();
        _inTouch = true;
        Replica.HeldByAll = message.HeldByAll;
        ReadOnlySpan<Entry> entries = message.Entries.Span;
        EntryId previous = message.LogPosition;
        LogIndex match = previous.Index + (ulong)entries.Length;
        SkipCommitted(ref previous, ref entries);
        if (!Replica.Log.Contains(previous))
        {
            EntryId hint = Replica.Log.LastNotAbove(previous);
            Replica.Send(Message.AppendRefused(Replica.Id, message.From, Replica.Term, previous, hint, Replica.Log.Commit));
            return;
        }

        Replica.Accept(entries);
        Replica.Log.CommitTo(LogIndex.Min(message.Commit, match));
        Confirm(message.From, LogIndex.Max(match, previous.Index));
    }

    /// <inheritdoc/>
    public override void OnSnapshotChunk(in Message message)
    {
        HearLeader();
        _inTouch = true;
        LogIndex index = message.LogPosition.Index;
        if (index <= Replica.Log.Commit || Replica.Log.Contains(message.LogPosition))
        {
            // What the snapshot stands for is here already, so the entries after it can stay (Ongaro figure 5.3, rule 6).
            Replica.Log.CommitTo(index);
            Confirm(message.From, index);
            return;
        }

        Replica.Incoming.OnChunk(message, out SnapshotWriteRequest? write, out ulong? wanted);
        if (write is { } request)
        {
            Replica.Effects.SnapshotWriteList.Add(request);
        }

        if (wanted is { } offset)
        {
            Replica.Send(Message.SnapshotChunkResponse(Replica.Id, message.From, Replica.Term, message.LogPosition, offset));
        }
    }

    /// <inheritdoc/>
    public override void OnTimeoutNow(in Message message)
    {
        if (Replica.MayCampaign)
        {
            Replica.Become(new Candidate(Replica, transfer: true));
        }
    }

    /// <summary>
    /// The leader lives, as <see cref="OnHeartbeat"/>, when nothing but the plain answer follows from it; else false, and nothing is done.
    /// </summary>
    public bool TryHearQuietly()
    {
        if (!_inTouch || Replica.Writes.DurableState.Term != Replica.Term)
        {
            return false;
        }

        HearLeader();
        return true;
    }

    private bool IsAlone => Replica.Membership.Current is { IsJoint: false, Voters.Count: 1 };

    private void HearLeader()
    {
        _timer.Rewind(Replica.Now);
        Replica.HeardLeader();
    }

    /// <summary>Everything committed is the same everywhere, so an append that begins before it is read from there on.</summary>
    private void SkipCommitted(ref EntryId previous, ref ReadOnlySpan<Entry> entries)
    {
        LogIndex commit = Replica.Log.Commit;
        if (previous.Index >= commit)
        {
            return;
        }

        int skipped = (int)Math.Min(commit - previous.Index, (ulong)entries.Length);
        previous = Replica.Log.IdAt(commit);
        Invariant.Require(
            skipped == 0 || entries[skipped - 1].Id.Index < commit || entries[skipped - 1].Id == previous,
            "leaders agree on what is committed (leader completeness, Ongaro §3.6.3)");
        entries = entries[skipped..];
    }

    /// <summary>Confirms what is accepted, as soon as it is durable.</summary>
    private void Confirm(ReplicaId leader, LogIndex match) =>
        Replica.SendWhenDurable(Message.AppendAccepted(Replica.Id, leader, Replica.Term, match, Replica.Log.Commit));
}
