using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// What a leader knows of one replica, and all transitions between probing, replicating and sending a snapshot. Always
/// match &lt; next.
/// </summary>
internal sealed class PeerProgress
{
    private readonly InflightWindow _inflight;
    private LogIndex _sentCommit;
    private bool _mustSend;
    private bool _answered;
    private bool _probedInVain;

    /// <summary>A replica of which nothing is known; it is probed at <paramref name="next"/>.</summary>
    public PeerProgress(ReplicaId id, LogIndex next, long now, RaftOptions options)
    {
        Id = id;
        Next = next;
        HeardAt = now;
        _inflight = new InflightWindow(options.MaxInflightBytes);
        _mustSend = true;
    }

    /// <summary>The replica.</summary>
    public ReplicaId Id { get; }

    /// <summary>How the leader sends to it.</summary>
    public ProgressState State { get; private set; }

    /// <summary>Up to where its durable log is known to be the leader's.</summary>
    public LogIndex Match { get; private set; }

    /// <summary>What it is sent next; while replicating, ahead of what it confirmed.</summary>
    public LogIndex Next { get; private set; }

    /// <summary>What it last said it knew as committed.</summary>
    public LogIndex Commit { get; private set; }

    /// <summary>The last round of reads that it answered.</summary>
    public ulong AnsweredRound { get; private set; }

    /// <summary>The tick at which it was last heard from.</summary>
    public long HeardAt { get; private set; }

    /// <summary>The snapshot that it gets, in that state alone.</summary>
    public SnapshotSend? Snapshot { get; private set; }

    /// <summary>Whether it is sent to at once (<see cref="PromptPeers"/>).</summary>
    public bool IsPrompt { get; set; }

    /// <summary>Bytes on their way to it.</summary>
    public int InflightBytes => _inflight.Bytes;

    /// <summary>
    /// Whether an append without entries is due: a probe, or news of the commit index, or a question after lost messages.
    /// </summary>
    public bool MustSend => _mustSend;

    /// <summary>
    /// Whether the next append may carry entries. A probe that got no answer is repeated without them: perhaps nobody listens.
    /// </summary>
    public bool MaySendEntries => State switch
    {
        ProgressState.Probe => _mustSend && !_probedInVain,
        ProgressState.Replicate => !_inflight.IsFull,
        _ => false,
    };

    /// <summary>A message came from it.</summary>
    public void Heard(long now) => HeardAt = now;

    /// <summary>It answered a round of reads.</summary>
    public void Answered(ulong round) => AnsweredRound = Math.Max(AnsweredRound, round);

    /// <summary>The leader's own log is durable up to <paramref name="index"/>; a leader never truncates.</summary>
    public void LeaderDurable(LogIndex index)
    {
        State = ProgressState.Replicate;
        Match = LogIndex.Max(Match, index);
        Next = LogIndex.Max(Next, Match.Next);
        _mustSend = false;
    }

    /// <summary>An append up to <paramref name="last"/> with the given commit index was sent.</summary>
    public void Sent(LogIndex last, int bytes, LogIndex commit)
    {
        _mustSend = false;
        _sentCommit = LogIndex.Min(commit, last);
        if (State == ProgressState.Replicate && bytes > 0)
        {
            Next = last.Next;
            _inflight.Add(last, bytes);
        }
    }

    /// <summary>Its log is the leader's up to <paramref name="match"/>. True when that is news.</summary>
    public bool Accepted(LogIndex match, LogIndex commit, LogIndex logBase)
    {
        bool progressed = match > Match;
        Match = LogIndex.Max(Match, match);
        Next = LogIndex.Max(Next, Match.Next);
        Commit = commit;
        _answered = true;
        _inflight.Free(match);
        if (State == ProgressState.Probe || (State == ProgressState.Snapshot && Match >= logBase))
        {
            BecomeReplicate();
        }

        // The log may have been forgotten beyond the snapshot while it was under way: then it takes another.
        Snapshot?.Overtaken(Match);
        return progressed;
    }

    /// <summary>
    /// It refused an append after <paramref name="refused"/>; the logs could meet at <paramref name="meeting"/>. Late answers to
    /// earlier appends change nothing.
    /// </summary>
    public void Refused(LogIndex refused, LogIndex meeting)
    {
        _answered = true;
        if (refused <= Match || State == ProgressState.Snapshot)
        {
            return;
        }

        LogIndex next = LogIndex.Max(LogIndex.Min(refused, meeting.Next), Match.Next);
        BecomeProbe(State == ProgressState.Replicate ? next : LogIndex.Min(Next, next));
    }

    /// <summary>Messages to it may be lost.</summary>
    public void Unreachable()
    {
        if (State == ProgressState.Replicate)
        {
            BecomeProbe(Match.Next);
            _probedInVain = true;
        }
    }

    /// <summary>It needs entries that the leader no longer has in memory.</summary>
    public void BecomeSnapshot(int chunkBytes, int retryTicks)
    {
        State = ProgressState.Snapshot;
        Snapshot = new SnapshotSend(Id, chunkBytes, retryTicks);
        Forget();
    }

    /// <summary>
    /// Called each heartbeat. Lost messages heal here: who is behind and was silent since the last heartbeat is asked with an
    /// empty append, which it refuses if entries are missing. Who is silent for long is left alone until it is heard again.
    /// </summary>
    public void OnHeartbeat(LogIndex commit, bool active)
    {
        bool behind = State == ProgressState.Probe || !_inflight.IsEmpty || Commit < commit;
        if (State != ProgressState.Snapshot && behind && !_answered && active)
        {
            _probedInVain = State == ProgressState.Probe;
            _mustSend = true;
        }

        _answered = false;
    }

    /// <summary>Makes the commit index known to it if nothing is on its way that would. False when it must wait for that.</summary>
    public bool FlushCommit(LogIndex commit)
    {
        if (State != ProgressState.Replicate || _sentCommit >= commit)
        {
            return true;
        }

        _mustSend |= _inflight.IsEmpty;
        return _mustSend;
    }

    private void BecomeProbe(LogIndex next)
    {
        State = ProgressState.Probe;
        Next = next;
        Forget();
        _mustSend = true;
    }

    private void BecomeReplicate()
    {
        State = ProgressState.Replicate;
        Next = Match.Next;
        Snapshot = null;
        Forget();
        _sentCommit = Commit;
    }

    private void Forget()
    {
        _inflight.Clear();
        _mustSend = false;
        _probedInVain = false;
        _sentCommit = LogIndex.Zero;
    }
}
