using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>One factory per kind of message: what each carries.</summary>
public readonly partial record struct Message
{
    /// <summary>Asks whether <paramref name="to"/> would vote for the sender in <paramref name="term"/>, which has not begun.</summary>
    public static Message PreVote(ReplicaId from, ReplicaId to, Term term, EntryId last) =>
        new() { Kind = MessageKind.PreVote, From = from, To = to, Term = term, LogPosition = last };

    /// <summary>Answers a pre-vote: a grant carries the term asked about, a refusal the own term.</summary>
    public static Message PreVoteResponse(ReplicaId from, ReplicaId to, Term term, bool reject) =>
        new() { Kind = MessageKind.PreVoteResponse, From = from, To = to, Term = term, Reject = reject };

    /// <summary>Asks for a vote.</summary>
    public static Message Vote(ReplicaId from, ReplicaId to, Term term, EntryId last, bool transfer) =>
        new() { Kind = MessageKind.Vote, From = from, To = to, Term = term, LogPosition = last, Transfer = transfer };

    /// <summary>Answers a vote request.</summary>
    public static Message VoteResponse(ReplicaId from, ReplicaId to, Term term, bool reject) =>
        new() { Kind = MessageKind.VoteResponse, From = from, To = to, Term = term, Reject = reject };

    /// <summary>Sends entries, or none, to stand after <paramref name="previous"/>.</summary>
    public static Message Append(
        ReplicaId from,
        ReplicaId to,
        Term term,
        EntryId previous,
        LogIndex commit,
        ReadOnlyMemory<Entry> entries,
        LogIndex heldByAll = default) =>
        new()
        {
            Kind = MessageKind.Append,
            From = from,
            To = to,
            Term = term,
            LogPosition = previous,
            Commit = commit,
            Entries = entries,
            HeldByAll = heldByAll,
        };

    /// <summary>Confirms that the log is the leader's up to <paramref name="match"/>, durably.</summary>
    public static Message AppendAccepted(ReplicaId from, ReplicaId to, Term term, LogIndex match, LogIndex commit) =>
        new() { Kind = MessageKind.AppendResponse, From = from, To = to, Term = term, LogPosition = new(default, match), Commit = commit };

    /// <summary>Refuses an append whose <paramref name="previous"/> is not in the log.</summary>
    public static Message AppendRefused(ReplicaId from, ReplicaId to, Term term, EntryId previous, EntryId hint, LogIndex commit) =>
        new()
        {
            Kind = MessageKind.AppendResponse,
            From = from,
            To = to,
            Term = term,
            Reject = true,
            LogPosition = previous,
            Hint = hint,
            Commit = commit,
        };

    /// <summary>Tells that the leader lives.</summary>
    public static Message Heartbeat(ReplicaId from, ReplicaId to, Term term, ulong round) =>
        new() { Kind = MessageKind.Heartbeat, From = from, To = to, Term = term, Round = round };

    /// <summary>Answers a heartbeat.</summary>
    public static Message HeartbeatResponse(ReplicaId from, ReplicaId to, Term term, ulong round) =>
        new() { Kind = MessageKind.HeartbeatResponse, From = from, To = to, Term = term, Round = round };

    /// <summary>Sends bytes of a snapshot.</summary>
    public static Message SnapshotChunk(
        ReplicaId from, ReplicaId to, Term term, SnapshotMeta meta, ulong offset, ReadOnlyMemory<byte> data, bool last) =>
        new()
        {
            Kind = MessageKind.SnapshotChunk,
            From = from,
            To = to,
            Term = term,
            LogPosition = meta.Id,
            Configuration = meta.Configuration,
            Offset = offset,
            Data = data,
            Last = last,
        };

    /// <summary>Tells which byte of a snapshot is wanted next.</summary>
    public static Message SnapshotChunkResponse(ReplicaId from, ReplicaId to, Term term, EntryId snapshot, ulong offset) =>
        new() { Kind = MessageKind.SnapshotChunkResponse, From = from, To = to, Term = term, LogPosition = snapshot, Offset = offset };

    /// <summary>Hands leadership over.</summary>
    public static Message TimeoutNow(ReplicaId from, ReplicaId to, Term term) =>
        new() { Kind = MessageKind.TimeoutNow, From = from, To = to, Term = term };
}
