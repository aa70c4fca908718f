using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>What a message says. The numbers are sent: never change one.</summary>
public enum MessageKind : byte
{
    /// <summary>Would you vote for me? Changes nothing at the receiver (Ongaro §9.6).</summary>
    PreVote = 1,

    /// <summary>The answer to it; promises nothing.</summary>
    PreVoteResponse = 2,

    /// <summary>Vote for me (RequestVote, Ongaro figure 3.1).</summary>
    Vote = 3,

    /// <summary>The answer to it; a grant is durable.</summary>
    VoteResponse = 4,

    /// <summary>Entries, or none, after a position, and what is committed (AppendEntries, Ongaro figure 3.1).</summary>
    Append = 5,

    /// <summary>The answer to it; what it confirms is durable.</summary>
    AppendResponse = 6,

    /// <summary>The leader lives; carries a round of reads, and nothing of the log.</summary>
    Heartbeat = 7,

    /// <summary>The answer to it; echoes the round.</summary>
    HeartbeatResponse = 8,

    /// <summary>Bytes of a snapshot (InstallSnapshot, Ongaro figure 5.3).</summary>
    SnapshotChunk = 9,

    /// <summary>The answer to it: the offset wanted next.</summary>
    SnapshotChunkResponse = 10,

    /// <summary>Start an election at once: leadership is handed over to you (Ongaro §3.10).</summary>
    TimeoutNow = 11,
}

/// <summary>
/// One message between two replicas of a group. Which fields have a meaning depends on the kind: see the factories, one per
/// kind. Its <see cref="Entries"/> and <see cref="Data"/> belong to the node that made it, and are valid until the next call on
/// that node.
/// </summary>
public readonly partial record struct Message
{
    /// <summary>What it says.</summary>
    public MessageKind Kind { get; init; }

    /// <summary>Who sent it.</summary>
    public ReplicaId From { get; init; }

    /// <summary>Whom it is for.</summary>
    public ReplicaId To { get; init; }

    /// <summary>
    /// The sender's term; in a <see cref="MessageKind.PreVote"/> and its grant, the term that the sender would campaign in.
    /// </summary>
    public Term Term { get; init; }

    /// <summary>
    /// Votes: the candidate's last entry. Append: the entry before the entries. AppendResponse: the last entry confirmed
    /// (index alone), or the position refused. Snapshot messages: the snapshot.
    /// </summary>
    public EntryId LogPosition { get; init; }

    /// <summary>Append: what the leader knows to be committed. AppendResponse: what the follower knows to be committed.</summary>
    public LogIndex Commit { get; init; }

    /// <summary>Append: up to where the leader knows all replicas to hold the log durably; zero when it does not know.</summary>
    public LogIndex HeldByAll { get; init; }

    /// <summary>Heartbeats: the round of reads. With the term, never used twice.</summary>
    public ulong Round { get; init; }

    /// <summary>Responses: the answer is no.</summary>
    public bool Reject { get; init; }

    /// <summary>Vote: the leader asked for this election, so it must not be ignored for that leader's sake.</summary>
    public bool Transfer { get; init; }

    /// <summary>SnapshotChunk: the snapshot is whole with these bytes.</summary>
    public bool Last { get; init; }

    /// <summary>A refused append: where the follower's log could match (the last entry whose term is not above the one refused).</summary>
    public EntryId Hint { get; init; }

    /// <summary>Append: the entries, consecutive from the one after <see cref="LogPosition"/>.</summary>
    public ReadOnlyMemory<Entry> Entries { get; init; }

    /// <summary>SnapshotChunk: the configuration of the snapshot.</summary>
    public Configuration? Configuration { get; init; }

    /// <summary>SnapshotChunk: where the bytes stand. SnapshotChunkResponse: the first byte wanted next.</summary>
    public ulong Offset { get; init; }

    /// <summary>SnapshotChunk: the bytes.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Whether only the leader of <see cref="Term"/> sends such a message.</summary>
    public bool IsFromLeader => Kind is MessageKind.Append or MessageKind.Heartbeat or MessageKind.SnapshotChunk or MessageKind.TimeoutNow;

    /// <summary>One line: <c>1->2 Append term=3 after=2/7 commit=6 [3/8 NoOp]</c>.</summary>
    public override string ToString() => $"{From}->{To} {Kind} term={Term}{Kind switch
    {
        MessageKind.PreVote => $" last={LogPosition}",
        MessageKind.Vote => $" last={LogPosition}{(Transfer ? " transfer" : "")}",
        MessageKind.PreVoteResponse or MessageKind.VoteResponse => Reject ? " refused" : " granted",
        MessageKind.Append => $" after={LogPosition} commit={Commit}{DescribeEntries()}",
        MessageKind.AppendResponse => Reject
            ? $" refused={LogPosition} hint={Hint} commit={Commit}"
            : $" match={LogPosition.Index} commit={Commit}",
        MessageKind.Heartbeat or MessageKind.HeartbeatResponse => $" round={Round}",
        MessageKind.SnapshotChunk => $" snapshot={LogPosition} {Configuration} offset={Offset} {Data.Length}B{(Last ? " last" : "")}",
        MessageKind.SnapshotChunkResponse => $" snapshot={LogPosition} offset={Offset}",
        _ => "",
    }}";

    private string DescribeEntries()
    {
        ReadOnlySpan<Entry> entries = Entries.Span;
        return entries.Length switch
        {
            0 => "",
            <= 4 => $" [{string.Join(", ", entries.ToArray())}]",
            _ => $" [{entries[0].Id}..{entries[^1].Id}]",
        };
    }
}
