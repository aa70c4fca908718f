using System.Buffers;
using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Liveness;
using Holdfast.Wire.Frames;

namespace Holdfast.Runtime.Tests.Liveness;

public class HeartbeatTests
{
    private static readonly PeerFrame Header = new(FrameKind.Heartbeats, new NodeId(1), new Incarnation(2), 3);

    private readonly KeptFrames _sent = new();
    private readonly KeptFrames _answered = new();
    private readonly HeartbeatSender _sender;
    private readonly HeartbeatReceiver _receiver;

    public HeartbeatTests()
    {
        _sender = new HeartbeatSender(_sent, default, Header);
        _receiver = new HeartbeatReceiver(_answered, default, Header with { Kind = FrameKind.HeartbeatAnswer });
    }

    [Fact]
    public void A_list_goes_out_whole_until_the_other_node_knows_it_and_then_as_its_epoch()
    {
        byte[] whole = Beat(term: 1);
        Assert.Equal(2, Expand(whole).Length);
        AnswerAll(term: 1);
        byte[] elided = Beat(term: 1);

        Assert.True(elided.Length < whole.Length);
        Assert.Equal(2, Expand(elided).Length);
    }

    [Fact]
    public void A_new_term_goes_out_whole_again()
    {
        Expand(Beat(term: 1));
        AnswerAll(term: 1);

        GroupHeartbeat[] expanded = Expand(Beat(term: 2));
        Assert.NotEmpty(expanded);
        Assert.All(expanded, heartbeat => Assert.Equal(new Term(2), heartbeat.Term));
    }

    [Fact]
    public void A_receiver_that_does_not_know_the_epoch_asks_for_the_list()
    {
        Expand(Beat(term: 1));
        AnswerAll(term: 1);
        byte[] elided = Beat(term: 1);
        var restarted = new HeartbeatReceiver(_answered, default, Header);

        Assert.True(restarted.Expand(Body(elided)).IsEmpty);
        Assert.Equal(0, Answered());
        Assert.Equal(2, Expand(Beat(term: 1)).Length);
    }

    [Fact]
    public void One_answer_stands_for_all_groups()
    {
        Expand(Beat(term: 1));
        AnswerAll(term: 1);

        Assert.Equal(2, Answered());
    }

    [Fact]
    public void When_one_group_answers_otherwise_each_answers_for_itself()
    {
        Expand(Beat(term: 1));
        _receiver.Add(new GroupId(1), Response(1, term: 1));
        _receiver.Add(new GroupId(2), Response(2, term: 7));
        var single = new List<(GroupId Group, Message Answer)>();
        _receiver.Flush((group, message) => single.Add((group, message)));

        Assert.Empty(_answered.Frames);
        Assert.Equal([1UL, 7UL], single.Select(answer => answer.Answer.Term.Value).Order());
    }

    [Fact]
    public void A_group_that_does_not_answer_is_not_answered_for()
    {
        Expand(Beat(term: 1));
        _receiver.Add(new GroupId(1), Response(1, term: 1));
        var single = new List<GroupId>();
        _receiver.Flush((group, _) => single.Add(group));

        Assert.Empty(_answered.Frames);
        Assert.Equal([new GroupId(1)], single);
    }

    [Fact]
    public void Frames_beyond_what_is_remembered_are_answered_by_messages_of_their_own()
    {
        const ulong frames = 40;
        var frame = new ArrayBufferWriter<byte>();
        for (ulong epoch = 1; epoch <= frames; epoch++)
        {
            var heartbeat = new GroupHeartbeat(new GroupId((uint)epoch), new ReplicaId(1), new ReplicaId(2), new Term(1), 9);
            frame.ResetWrittenCount();
            HeartbeatFrame.Write(frame, epoch, [heartbeat]);
            Assert.Equal([heartbeat], _receiver.Expand(frame.WrittenSpan));
            _receiver.Add(heartbeat.Group, Message.HeartbeatResponse(heartbeat.To, heartbeat.From, heartbeat.Term, heartbeat.Round));
        }

        var single = new List<GroupId>();
        _receiver.Flush((group, _) => single.Add(group));

        Assert.Equal(32, _answered.Frames.Count);
        Assert.Equal(Enumerable.Range(1, 8).Select(group => new GroupId((uint)group)), single.Order());
    }

    [Fact]
    public void After_a_broken_connection_the_list_goes_out_whole()
    {
        byte[] whole = Beat(term: 1);
        Expand(whole);
        AnswerAll(term: 1);
        Answered();
        _sender.Reset();

        Assert.Equal(whole.Length, Beat(term: 1).Length);
    }

    private byte[] Beat(ulong term)
    {
        if (_answered.Frames.Count > 0)
        {
            Answered();
        }

        for (uint group = 1; group <= 2; group++)
        {
            _sender.Add(new GroupHeartbeat(new GroupId(group), new ReplicaId(1), new ReplicaId(2), new Term(term), 9));
        }

        _sender.Flush();
        return _sent.Frames.Dequeue();
    }

    private GroupHeartbeat[] Expand(byte[] frame) => _receiver.Expand(Body(frame)).ToArray();

    private void AnswerAll(ulong term)
    {
        _receiver.Add(new GroupId(1), Response(1, term));
        _receiver.Add(new GroupId(2), Response(2, term));
        _receiver.Flush((group, _) => Assert.Fail($"group {group} answered by a message of its own"));
    }

    /// <summary>Brings the receiver's answer to the sender; how many groups it stands for.</summary>
    private int Answered()
    {
        Assert.True(HeartbeatFrame.TryReadAnswer(Body(_answered.Frames.Dequeue()), out ulong epoch, out bool isKnown));
        return _sender.Answered(epoch, isKnown).Length;
    }

    private static Message Response(uint group, ulong term)
    {
        Assert.InRange(group, 1U, 2U);
        return Message.HeartbeatResponse(new ReplicaId(2), new ReplicaId(1), new Term(term), 9);
    }

    private static ReadOnlySpan<byte> Body(byte[] frame) => frame.AsSpan(PeerFrame.HeaderBytes);

    private sealed class KeptFrames : ITransport
    {
        public Queue<byte[]> Frames { get; } = new();

        public PeerHandle Open(string address) => default;

        public void Close(PeerHandle peer)
        {
        }

        public bool Send(PeerHandle peer, TransportLane lane, ReadOnlySpan<byte> frame)
        {
            Assert.Equal(TransportLane.Liveness, lane);
            Frames.Enqueue(frame.ToArray());
            return true;
        }
    }
}
