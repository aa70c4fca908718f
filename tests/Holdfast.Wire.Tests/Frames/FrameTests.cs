using Holdfast.Primitives;
using Holdfast.Wire.Frames;
using Holdfast.Wire.Tests.Support;

namespace Holdfast.Wire.Tests.Frames;

/// <summary>
/// The frozen bytes are those that nodes of other versions send: when such a test fails, bring the format back and add a new version
/// beside it; do not edit the bytes.
/// </summary>
public class FrameTests
{
    private static readonly PeerFrame Header = new(FrameKind.Requests, new NodeId(2), new Incarnation(0x0102030405060708), 0x1112131415161718);

    private static readonly GroupHeartbeat[] Beats =
    [
        new(new GroupId(1), new ReplicaId(2), new ReplicaId(3), new Term(4), 5),
        new(new GroupId(6), new ReplicaId(7), new ReplicaId(8), new Term(9), 10),
    ];

    [Fact]
    public void The_head_of_a_frame_is_frozen() => Assert.Equal(
        Bytes.Hex("01 05 0000 02000000 0807060504030201 1817161514131211"),
        Convert.ToHexStringLower(Bytes.Of(Header.Write)));

    [Fact]
    public void A_list_of_heartbeats_is_frozen() => Assert.Equal(
        Bytes.Hex(
            "2a00000000000000 02000000"
            + "01000000 0200000000000000 0300000000000000 0400000000000000 0500000000000000"
            + "06000000 0700000000000000 0800000000000000 0900000000000000 0a00000000000000"),
        Convert.ToHexStringLower(Bytes.Of(output => HeartbeatFrame.Write(output, 42, Beats))));

    [Fact]
    public void An_elided_list_of_heartbeats_is_frozen() => Assert.Equal(
        Bytes.Hex("2a00000000000000 00000000"), Convert.ToHexStringLower(Bytes.Of(output => HeartbeatFrame.Write(output, 42, default))));

    [Fact]
    public void The_answer_to_heartbeats_is_frozen() => Assert.Equal(
        Bytes.Hex("2a00000000000000 01"), Convert.ToHexStringLower(Bytes.Of(output => HeartbeatFrame.WriteAnswer(output, 42, isKnown: true))));

    [Fact]
    public void The_numbers_of_frame_kinds_are_frozen() => Assert.Equal(
        "Hello=1 Consensus=2 Heartbeats=3 HeartbeatAnswer=4 Requests=5 Replies=6 Report=7",
        string.Join(' ', Enum.GetValues<FrameKind>().Select(kind => $"{kind}={(byte)kind}")));

    [Fact]
    public void A_frame_is_read_as_it_was_written()
    {
        byte[] frame = [.. Bytes.Of(Header.Write), 1, 2, 3];
        Assert.True(PeerFrame.TryRead(frame, out PeerFrame read, out ReadOnlySpan<byte> body));
        Assert.Equal(Header, read);
        Assert.Equal([1, 2, 3], body.ToArray());
    }

    [Fact]
    public void A_frame_that_is_short_or_of_another_version_is_refused()
    {
        byte[] frame = Bytes.Of(Header.Write);
        for (int length = 0; length < frame.Length; length++)
        {
            Assert.False(PeerFrame.TryRead(frame.AsSpan(0, length), out _, out _));
        }

        frame[0] = 2;
        Assert.False(PeerFrame.TryRead(frame, out _, out _));
    }

    [Fact]
    public void Heartbeats_are_read_as_they_were_written()
    {
        byte[] body = Bytes.Of(output => HeartbeatFrame.Write(output, 42, Beats));
        var read = new List<GroupHeartbeat>();
        Assert.True(HeartbeatFrame.TryRead(body, out ulong epoch, read));
        Assert.Equal(42UL, epoch);
        Assert.Equal(Beats, read);
    }

    [Fact]
    public void Every_other_length_of_heartbeats_is_refused()
    {
        byte[] body = [.. Bytes.Of(output => HeartbeatFrame.Write(output, 42, Beats)), 0];
        for (int length = 0; length <= body.Length; length++)
        {
            if (length != body.Length - 1)
            {
                Assert.False(HeartbeatFrame.TryRead(body.AsSpan(0, length), out _, []));
            }
        }
    }

    [Fact]
    public void A_count_of_heartbeats_that_is_a_lie_is_refused()
    {
        byte[] body = Bytes.Of(output => HeartbeatFrame.Write(output, 42, Beats));
        body.AsSpan(8, 4).Fill(0xFF);
        Assert.False(HeartbeatFrame.TryRead(body, out _, []));
    }

    [Fact]
    public void Every_other_length_of_an_answer_is_refused()
    {
        byte[] body = [.. Bytes.Of(output => HeartbeatFrame.WriteAnswer(output, 42, isKnown: false)), 0];
        for (int length = 0; length <= body.Length; length++)
        {
            Assert.Equal(length == 9, HeartbeatFrame.TryReadAnswer(body.AsSpan(0, length), out _, out _));
        }
    }
}
