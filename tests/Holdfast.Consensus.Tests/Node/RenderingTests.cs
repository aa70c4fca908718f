using Holdfast.Consensus.Tests.Harness;
using Holdfast.Primitives;
using static Holdfast.Consensus.Tests.Harness.LoneNode;

namespace Holdfast.Consensus.Tests.Node;

/// <summary>One line per thing, stable: transcripts hold them.</summary>
public sealed class RenderingTests
{
    private static readonly Configuration Members = new([Id(1), Id(2)], [Id(3)]);

    public static TheoryData<string, Message> Messages => new()
    {
        { "1->2 PreVote term=4 last=3/7", Message.PreVote(Id(1), Id(2), new(4), At(3, 7)) },
        { "1->2 PreVoteResponse term=4 granted", Message.PreVoteResponse(Id(1), Id(2), new(4), reject: false) },
        { "1->2 Vote term=4 last=3/7 transfer", Message.Vote(Id(1), Id(2), new(4), At(3, 7), transfer: true) },
        { "1->2 VoteResponse term=4 refused", Message.VoteResponse(Id(1), Id(2), new(4), reject: true) },
        { "1->2 Append term=4 after=3/7 commit=6", Message.Append(Id(1), Id(2), new(4), At(3, 7), new(6), default) },
        {
            "1->2 Append term=4 after=0/0 commit=0 [4/1 Command \"x\", 4/2 Command \"x\"]",
            Message.Append(Id(1), Id(2), new(4), default, default, new[] { Command(4, 1), Command(4, 2) })
        },
        {
            "1->2 Append term=4 after=0/0 commit=0 [4/1..4/5]",
            Message.Append(Id(1), Id(2), new(4), default, default, Enumerable.Range(1, 5).Select(i => Command(4, (ulong)i)).ToArray())
        },
        { "1->2 AppendResponse term=4 match=7 commit=6", Message.AppendAccepted(Id(1), Id(2), new(4), new(7), new(6)) },
        {
            "1->2 AppendResponse term=4 refused=3/7 hint=2/5 commit=1",
            Message.AppendRefused(Id(1), Id(2), new(4), At(3, 7), At(2, 5), new(1))
        },
        { "1->2 Heartbeat term=4 round=9", Message.Heartbeat(Id(1), Id(2), new(4), 9) },
        { "1->2 HeartbeatResponse term=4 round=9", Message.HeartbeatResponse(Id(1), Id(2), new(4), 9) },
        {
            "1->2 SnapshotChunk term=4 snapshot=3/7 voters=(1 2) learners=(3) offset=5 2B last",
            Message.SnapshotChunk(Id(1), Id(2), new(4), new SnapshotMeta(At(3, 7), Members), 5, new byte[2], last: true)
        },
        { "1->2 SnapshotChunkResponse term=4 snapshot=3/7 offset=5", Message.SnapshotChunkResponse(Id(1), Id(2), new(4), At(3, 7), 5) },
        { "1->2 TimeoutNow term=4", Message.TimeoutNow(Id(1), Id(2), new(4)) },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_one_line(string expected, Message message) => Assert.Equal(expected, message.ToString());

    [Fact]
    public void Numbers_that_are_sent_and_stored_are_frozen()
    {
        Assert.Equal(Enumerable.Range(1, 11), Enum.GetValues<MessageKind>().Select(kind => (int)kind));
        Assert.Equal(
            "PreVote PreVoteResponse Vote VoteResponse Append AppendResponse Heartbeat HeartbeatResponse "
            + "SnapshotChunk SnapshotChunkResponse TimeoutNow",
            string.Join(' ', Enum.GetNames<MessageKind>()));
        Assert.Equal(
            "NoOp=1 Command=2 Configuration=3",
            string.Join(' ', Enum.GetValues<EntryKind>().Select(kind => $"{kind}={(int)kind}")));
    }

    [Fact]
    public void Entries_states_and_nodes_are_one_line()
    {
        Assert.Equal("3/7 NoOp", new Entry(At(3, 7), EntryKind.NoOp, default).ToString());
        var change = new Entry(At(3, 7), EntryKind.Configuration, Members.Encode());
        Assert.Equal("3/7 Configuration voters=(1 2) learners=(3)", change.ToString());
        var binary = new Entry(At(3, 7), EntryKind.Command, new byte[] { 0, 1, 2, 3, 4, 5, 6, 7, 8 });
        Assert.Equal("3/7 Command 9B:0001020304050607..", binary.ToString());
        Assert.Equal("term=3 vote=2", new HardState(new(3), Id(2)).ToString());
        Assert.Equal("term=3 vote=-", new HardState(new(3), null).ToString());
        Assert.Equal("3/7 voters=(1 2) learners=(3)", new SnapshotMeta(At(3, 7), Members).ToString());
        Assert.Equal(
            "1 Leader term=1 vote=1 leader=1 log=1..1 durable=1 commit=1 applied=1 voters=(1 2 3)", LeadingCommitted().Node.ToString());
        Assert.Equal("2 Replicate match=1 next=2 commit=1 inflight=0", LeadingCommitted().Node.Progress[1].ToString());
    }
}
