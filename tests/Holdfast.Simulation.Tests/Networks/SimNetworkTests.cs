using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

public class SimNetworkTests
{
    private readonly ScriptedWorld _world = new();

    private SimNetwork Network => _world.World.Network;

    [Fact]
    public void Frames_of_a_connection_arrive_in_the_order_sent()
    {
        SendMany(100);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), _world[1].Frames);
    }

    [Fact]
    public void A_frame_is_copied_when_it_is_sent()
    {
        ITransport transport = _world[0].Environment.Transport;
        PeerHandle peer = transport.Open(_world.World.Founders[1]);
        _world.RunFor(VirtualTime.Second);
        byte[] frame = "before"u8.ToArray();
        Assert.True(transport.Send(peer, TransportLane.Bulk, frame));
        "after!"u8.CopyTo(frame);
        _world.RunFor(VirtualTime.Second);

        Assert.Equal(["before"], _world[1].Frames);
    }

    [Fact]
    public void A_connection_that_breaks_loses_a_suffix_and_comes_back()
    {
        HashSet<int> arrived = [];
        for (ulong seed = 0; seed < 50; seed++)
        {
            ScriptedWorld world = new(seed);
            for (int i = 0; i < 10; i++)
            {
                world[0].Send(1, $"{i}");
            }

            world.World.Network.Break(0, 1);
            world.RunFor(VirtualTime.Second);
            Assert.Equal(Enumerable.Range(0, world[1].Frames.Count).Select(i => $"{i}"), world[1].Frames);
            arrived.Add(world[1].Frames.Count);

            world[1].Frames.Clear();
            world[0].Send(1, "again");
            world.RunFor(VirtualTime.Second);
            Assert.Equal(["again"], world[1].Frames);
        }

        Assert.Contains(0, arrived);
        Assert.Contains(10, arrived);
        Assert.True(arrived.Count > 4);
    }

    [Fact]
    public void A_cut_link_carries_nothing_one_way_and_goes_on_the_other_way()
    {
        SendBothWays();
        LinkFault cut = new((from, to) => (from, to) == (0, 1), Cuts: true);
        Network.Add(cut);
        SendBothWays();
        Assert.Single(_world[1].Frames);
        Assert.Equal(2, _world[0].Frames.Count);

        Network.Remove(cut);
        SendBothWays();
        Assert.Equal(2, _world[1].Frames.Count);
    }

    [Fact]
    public void A_cut_of_one_lane_leaves_the_others_whole()
    {
        ITransport transport = _world[0].Environment.Transport;
        PeerHandle peer = transport.Open(_world.World.Founders[1]);
        _world.RunFor(VirtualTime.Second);
        LinkFault cut = new((from, to) => (from, to) == (0, 1), Cuts: true, Lane: TransportLane.Entries);
        Network.Add(cut);
        _world.RunFor(VirtualTime.Second);
        Assert.False(transport.Send(peer, TransportLane.Entries, "entry"u8));
        Assert.True(transport.Send(peer, TransportLane.Liveness, "heartbeat"u8));

        Network.Remove(cut);
        _world.RunFor(VirtualTime.Second);
        Assert.True(transport.Send(peer, TransportLane.Entries, "entry"u8));
        _world.RunFor(VirtualTime.Second);
        Assert.Equal(["heartbeat", "entry"], _world[1].Frames);
    }

    [Fact]
    public void A_clogged_link_delivers_late()
    {
        Network.Add(new LinkFault((_, _) => true, Cuts: false, DelayMicros: VirtualTime.Second));
        _world[0].Send(1, "late");
        _world.RunFor(VirtualTime.Second);
        Assert.Empty(_world[1].Frames);

        _world.RunFor(VirtualTime.Second);
        Assert.Equal(["late"], _world[1].Frames);
    }

    [Fact]
    public void Lost_frames_leave_gaps_duplicates_repeat_and_reordered_ones_are_overtaken()
    {
        Network.Conditions.Loss = 0.3;
        SendMany(100);
        Assert.InRange(_world[1].Frames.Count, 1, 99);
        Assert.Equal(_world[1].Frames.OrderBy(int.Parse), _world[1].Frames);
        Assert.Equal(100 - _world[1].Frames.Count, _world.World.Faults[FaultKind.FrameLoss]);

        (Network.Conditions.Loss, Network.Conditions.Duplication) = (0, 0.3);
        SendMany(100);
        Assert.Equal(100 + _world.World.Faults[FaultKind.FrameDuplication], _world[1].Frames.Count);
        Assert.Equal(100, _world[1].Frames.Distinct(StringComparer.Ordinal).Count());

        (Network.Conditions.Duplication, Network.Conditions.Reordering) = (0, 0.3);
        SendMany(100);
        Assert.Equal(100, _world[1].Frames.Count);
        Assert.NotEqual(_world[1].Frames.OrderBy(int.Parse), _world[1].Frames);
    }

    [Fact]
    public void Frames_for_a_process_that_ended_never_reach_its_successor()
    {
        _world[0].Send(1, "old");
        _world.World.Hosts[1].Crash();
        _world.World.Hosts[1].Start();
        _world.RunFor(VirtualTime.Second);

        Assert.Empty(_world[1].Frames);
    }

    [Fact]
    public void There_is_no_connection_to_a_node_that_is_down()
    {
        ITransport transport = _world[0].Environment.Transport;
        PeerHandle peer = transport.Open(_world.World.Founders[1]);
        PeerHandle nowhere = transport.Open("nowhere:1");
        _world.RunFor(VirtualTime.Second);
        Assert.True(transport.Send(peer, TransportLane.Liveness, "x"u8));

        _world.World.Hosts[1].Crash();
        _world.RunFor(VirtualTime.Second);
        Assert.False(transport.Send(peer, TransportLane.Liveness, "x"u8));
        Assert.False(transport.Send(nowhere, TransportLane.Liveness, "x"u8));
    }

    [Fact]
    public void A_node_learns_when_its_connections_break_and_come_back()
    {
        _world[0].Connections.Clear();
        Network.Break(0, 1);
        _world.RunFor(VirtualTime.Second);

        Assert.Equal(["1 down", "1 up"], _world[0].Connections);
    }

    [Fact]
    public void A_closed_peer_is_not_connected_to_again()
    {
        ITransport transport = _world[0].Environment.Transport;
        PeerHandle peer = transport.Open(_world.World.Founders[1]);
        transport.Close(peer);
        _world[0].Connections.Clear();
        _world.RunFor(VirtualTime.Second);

        Assert.Empty(_world[0].Connections);
        Assert.Throws<InvariantViolationException>(() => transport.Send(peer, TransportLane.Entries, "x"u8));
    }

    private void SendMany(int count)
    {
        _world[1].Frames.Clear();
        for (int i = 0; i < count; i++)
        {
            _world[0].Send(1, $"{i}");
        }

        _world.RunFor(VirtualTime.Second);
    }

    private void SendBothWays()
    {
        _world.RunFor(VirtualTime.Second);
        _world[0].Send(1, "there");
        _world[1].Send(0, "back");
        _world.RunFor(VirtualTime.Second);
    }
}
