using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Holdfast.Net.Listening;
using Holdfast.Net.Peers;
using Holdfast.Net.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Net.Tests.Peers;

public sealed class PeerTransportTests
{
    [Fact]
    public void Frames_of_every_lane_arrive_whole_and_in_order()
    {
        using var there = new PeerEnd();
        using var here = new PeerEnd();
        PeerHandle peer = here.Open(there.Address);
        here.WaitUntilUp(peer);
        int[] sizes = [0, 1, 100, 16 * 1024, 70_000, 5 * 1024 * 1024, 3];
        foreach (TransportLane lane in Enum.GetValues<TransportLane>())
        {
            foreach (int size in sizes)
            {
                // The liveness lane's queue is smaller than the largest frame, which it takes when it is empty.
                Eventually.True(() => here.Send(peer, lane, Frame(size)), "the lane takes the frame");
            }

            Eventually.True(() => there.Received.Count == sizes.Length, $"all frames of {lane} arrive");
            Assert.All(there.Received.Zip(sizes), pair => Assert.Equal(Frame(pair.Second), pair.First));
            there.Received.Clear();
        }
    }

    [Fact]
    public void A_frame_of_the_largest_size_passes()
    {
        using var there = new PeerEnd();
        using var here = new PeerEnd();
        PeerHandle peer = here.Open(there.Address);
        here.WaitUntilUp(peer);
        byte[] largest = Frame(PeerTransportOptions.MaxFrameBytes);
        Assert.True(here.Send(peer, TransportLane.Bulk, largest));
        Eventually.True(() => !there.Received.IsEmpty, "it arrives");
        Assert.True(there.Received.TryPeek(out byte[]? got) && largest.AsSpan().SequenceEqual(got));
    }

    [Fact]
    public void A_frame_is_dropped_at_once_while_there_is_no_connection()
    {
        using var there = new PeerEnd();
        using var here = new PeerEnd();
        there.Listener.Dispose();
        PeerHandle peer = here.Open(there.Address);
        Assert.False(here.Send(peer, TransportLane.Liveness, Frame(1)));
    }

    [Theory]
    [InlineData(TransportLane.Liveness, 1)]
    [InlineData(TransportLane.Entries, 64)]
    [InlineData(TransportLane.Bulk, 16)]
    public void A_full_lane_drops_and_the_others_go_on(TransportLane full, int mebibytes)
    {
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen();
        using var here = new PeerEnd();
        PeerHandle peer = here.Open($"127.0.0.1:{((IPEndPoint)deaf.LocalEndPoint!).Port}");
        here.WaitUntilUp(peer);
        byte[] frame = Frame(256 * 1024);
        int taken = 0;
        while (here.Send(peer, full, frame))
        {
            Assert.True(++taken < 1000, $"a queue of {mebibytes} MiB takes for ever");
        }

        Assert.True(taken >= (mebibytes * 4) - 1, $"a queue of {mebibytes} MiB took only {taken} frames");
        Assert.All(Enum.GetValues<TransportLane>().Where(lane => lane != full), lane => Assert.True(here.Send(peer, lane, frame)));
    }

    [Fact]
    public void Entries_and_requests_share_a_connection_and_its_order()
    {
        using var there = new PeerEnd();
        using var here = new PeerEnd();
        PeerHandle peer = here.Open(there.Address);
        here.WaitUntilUp(peer);
        for (int size = 0; size < 100; size++)
        {
            Assert.True(here.Send(peer, size % 3 == 0 ? TransportLane.Requests : TransportLane.Entries, Frame(size)));
        }

        Eventually.True(() => there.Received.Count == 100, "all frames arrive");
        Assert.Equal(Enumerable.Range(0, 100).Select(Frame), there.Received);
        Assert.Equal(3, there.Listener.Connections);
    }

    [Fact]
    public void A_peer_that_comes_back_is_connected_to_again_and_both_are_told()
    {
        var there = new PeerEnd();
        using var here = new PeerEnd();
        PeerHandle peer = here.Open(there.Address);
        for (int round = 1; round <= 3; round++)
        {
            here.WaitUntilUp(peer);
            Assert.True(here.Send(peer, TransportLane.Entries, Frame(round)));
            Eventually.True(() => there.Received.Count == 1, "the frame arrives");
            there.Dispose();
            Eventually.True(() => here.Lanes.All(lane => lane.Ups == lane.Downs), "all lanes are told to be down");
            Assert.False(here.Send(peer, TransportLane.Entries, Frame(1)));
            there = new PeerEnd(there.Listener.EndPoints[0].Port);
        }

        here.WaitUntilUp(peer);
        Assert.All(here.Lanes, lane => Assert.True(lane.Ups >= 4));
        there.Dispose();
    }

    [Fact]
    public void A_closed_peer_is_disconnected_and_takes_nothing()
    {
        using var there = new PeerEnd();
        using var here = new PeerEnd();
        PeerHandle peer = here.Open(there.Address);
        here.WaitUntilUp(peer);
        here.Test.OnLoop(() => here.Transport.Close(peer));
        Assert.False(here.Send(peer, TransportLane.Entries, Frame(1)));
        Eventually.True(() => there.Listener.Connections == 0, "its connections end");
        PeerHandle again = here.Open(there.Address);
        Assert.NotEqual(peer, again);
    }

    [Fact]
    public void A_host_name_is_tried_at_each_of_its_addresses()
    {
        using var there = new PeerEnd(addresses: [new IPEndPoint(IPAddress.IPv6Loopback, 0)]);
        using var here = new PeerEnd();
        PeerHandle peer = here.Open($"localhost:{there.Listener.EndPoints[0].Port}");
        here.WaitUntilUp(peer);
        Assert.True(here.Send(peer, TransportLane.Requests, Frame(10)));
        Eventually.True(() => there.Received.Count == 1, "the frame arrives");
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData(":80")]
    [InlineData("a:b")]
    [InlineData("a:70000")]
    [InlineData("")]
    public void What_is_no_address_is_refused(string text)
    {
        using var here = new PeerEnd();
        Exception? failure = null;
        here.Test.OnLoop(() => failure = Record.Exception(() => here.Transport.Open(text)));
        Assert.IsType<FormatException>(failure);
    }

    [Fact]
    public async Task A_name_is_looked_up()
    {
        Assert.Null(PeerAddress.Parse("somewhere:80").WithoutLookup());
        Assert.Equal([IPEndPoint.Parse("[::1]:80")], PeerAddress.Parse("[::1]:80").WithoutLookup());
        Assert.Contains(IPEndPoint.Parse("127.0.0.1:80"), await PeerAddress.Parse("localhost:80").LookUpAsync());
    }

    private static byte[] Frame(int size)
    {
        byte[] frame = new byte[size];
        new Random(size).NextBytes(frame);
        if (size >= sizeof(int))
        {
            BinaryPrimitives.WriteInt32LittleEndian(frame, size);
        }

        return frame;
    }
}
