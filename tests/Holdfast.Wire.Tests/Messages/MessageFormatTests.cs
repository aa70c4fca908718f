using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Wire.Tests.Support;

namespace Holdfast.Wire.Tests.Messages;

/// <summary>
/// The frozen bytes of messages. Nodes of two versions talk to each other while a cluster is upgraded, so when one of these fails, do not
/// edit it: bring the format back, give the changed one a new version number beside it, and add golden bytes for that.
/// </summary>
public class MessageFormatTests
{
    private static readonly ReplicaId Sender = new(new NodeId(1), 2);
    private static readonly ReplicaId Receiver = new(new NodeId(3), 4);
    private static readonly EntryId Position = new(new Term(6), new LogIndex(7));

    [Fact]
    public void A_vote_is_frozen() => AssertGolden(
        Message.Vote(Sender, Receiver, new Term(5), Position, transfer: true),
        "09000000 03 02 0000 0200000001000000 0400000003000000 0500000000000000 0600000000000000 0700000000000000"
        + "0000000000000000 0000000000000000 00000000");

    [Fact]
    public void A_refused_vote_is_frozen() => AssertGolden(
        Message.VoteResponse(Sender, Receiver, new Term(5), reject: true),
        "09000000 04 01 0000 0200000001000000 0400000003000000 0500000000000000 0000000000000000 0000000000000000"
        + "0000000000000000 0000000000000000 00000000");

    [Fact]
    public void An_append_is_frozen() => AssertGolden(
        Message.Append(
            Sender, Receiver, new Term(5), Position, new LogIndex(4),
            new[]
            {
                new Entry(new EntryId(new Term(5), new LogIndex(8)), EntryKind.NoOp, default),
                new Entry(new EntryId(new Term(5), new LogIndex(9)), EntryKind.Command, "abc"u8.ToArray()),
            }),
        "09000000 05 00 0000 0200000001000000 0400000003000000 0500000000000000 0600000000000000 0700000000000000"
        + "0400000000000000 0000000000000000 33000000"
        + "0500000000000000 0800000000000000 01000000 00000000"
        + "0500000000000000 0900000000000000 02000000 03000000 616263");

    [Fact]
    public void An_append_that_says_what_all_hold_is_frozen() => AssertGolden(
        Message.Append(Sender, Receiver, new Term(5), Position, new LogIndex(4), default, heldByAll: new LogIndex(3)),
        "09000000 05 00 0000 0200000001000000 0400000003000000 0500000000000000 0600000000000000 0700000000000000"
        + "0400000000000000 0300000000000000 00000000");

    [Fact]
    public void An_accepted_append_is_frozen() => AssertGolden(
        Message.AppendAccepted(Sender, Receiver, new Term(5), new LogIndex(7), new LogIndex(4)),
        "09000000 06 00 0000 0200000001000000 0400000003000000 0500000000000000 0000000000000000 0700000000000000"
        + "0400000000000000 0000000000000000 00000000");

    [Fact]
    public void A_refused_append_is_frozen() => AssertGolden(
        Message.AppendRefused(Sender, Receiver, new Term(5), Position, new EntryId(new Term(2), new LogIndex(3)), new LogIndex(1)),
        "09000000 06 01 0000 0200000001000000 0400000003000000 0500000000000000 0600000000000000 0700000000000000"
        + "0100000000000000 0000000000000000 10000000 0200000000000000 0300000000000000");

    [Fact]
    public void A_heartbeat_is_frozen() => AssertGolden(
        Message.Heartbeat(Sender, Receiver, new Term(5), round: 8),
        "09000000 07 00 0000 0200000001000000 0400000003000000 0500000000000000 0000000000000000 0000000000000000"
        + "0800000000000000 0000000000000000 00000000");

    [Fact]
    public void A_snapshot_chunk_is_frozen() => AssertGolden(
        Message.SnapshotChunk(
            Sender, Receiver, new Term(5), new SnapshotMeta(Position, new Configuration([Sender])), offset: 16, "xy"u8.ToArray(), last: true),
        "09000000 09 04 0000 0200000001000000 0400000003000000 0500000000000000 0600000000000000 0700000000000000"
        + "1000000000000000 0f00000000000000 11000000 01 0100 0000 0000 0200000001000000 7879");

    [Fact]
    public void A_snapshot_chunks_answer_is_frozen() => AssertGolden(
        Message.SnapshotChunkResponse(Sender, Receiver, new Term(5), Position, offset: 18),
        "09000000 0a 00 0000 0200000001000000 0400000003000000 0500000000000000 0600000000000000 0700000000000000"
        + "1200000000000000 0000000000000000 00000000");

    [Fact]
    public void The_numbers_of_message_and_entry_kinds_are_frozen()
    {
        Assert.Equal(
            "PreVote=1 PreVoteResponse=2 Vote=3 VoteResponse=4 Append=5 AppendResponse=6 Heartbeat=7 HeartbeatResponse=8 SnapshotChunk=9 "
            + "SnapshotChunkResponse=10 TimeoutNow=11",
            string.Join(' ', Enum.GetValues<MessageKind>().Select(kind => $"{kind}={(byte)kind}")));
        Assert.Equal(
            "NoOp=1 Command=2 Configuration=3", string.Join(' ', Enum.GetValues<EntryKind>().Select(kind => $"{kind}={(byte)kind}")));
    }

    private static void AssertGolden(Message message, string golden) =>
        Assert.Equal(Bytes.Hex(golden), Convert.ToHexStringLower(SampleMessages.Encode(new GroupId(9), message)));
}
