using Holdfast.Consensus.Tests.Harness;
using Holdfast.Primitives;
using static Holdfast.Consensus.Tests.Harness.LoneNode;

namespace Holdfast.Consensus.Tests.Progress;

/// <summary>How entries and the commit index reach followers, and how lost messages heal.</summary>
public sealed class ReplicationTests
{
    [Fact]
    public void Proposals_made_in_between_go_in_one_append()
    {
        LoneNode leader = LeadingCommitted();
        leader.Node.Propose("a"u8, out _);
        leader.Node.Propose("b"u8, out _);
        leader.Take();
        Assert.All(leader.SentOf(MessageKind.Append), message => Assert.Equal(2, message.Entries.Length));
    }

    [Fact]
    public void Appends_are_pipelined_up_to_the_window_and_go_on_as_answers_come()
    {
        var options = new RaftOptions { MaxBytesPerAppend = 60, MaxInflightBytes = 120 };
        LoneNode leader = LeadingCommitted(voters: 2, options: options);
        for (int i = 0; i < 10; i++)
        {
            leader.Node.Propose("0123456789"u8, out _);
        }

        leader.Run();
        Message[] first = [.. leader.SentOf(MessageKind.Append)];
        Assert.Equal([1, 1, 1, 1], first.Select(message => message.Entries.Length));
        Assert.Equal(136, leader.Node.Progress[1].InflightBytes);
        leader.Step(Message.AppendAccepted(Id(2), Id(1), leader.Node.Term, first[1].LogPosition.Index.Next, default));
        Assert.Equal(6, leader.SentOf(MessageKind.Append).Count());
    }

    [Fact]
    public void An_entry_larger_than_an_append_goes_alone()
    {
        LoneNode leader = LeadingCommitted(options: new RaftOptions { MaxBytesPerAppend = 50 });
        leader.Node.Propose(new byte[500], out EntryId id);
        leader.Run();
        Assert.Equal(id, leader.SentOf(MessageKind.Append).First().Entries.Span[0].Id);
    }

    [Fact]
    public void A_follower_that_was_never_heard_is_probed_one_append_at_a_time()
    {
        LoneNode leader = Leading();
        leader.Node.Propose("a"u8, out _);
        leader.Run();
        Assert.Equal(2, leader.SentOf(MessageKind.Append).Count());
        Assert.Equal(ProgressState.Probe, leader.Node.Progress[1].State);
        leader.Step(Message.AppendAccepted(Id(2), Id(1), leader.Node.Term, new(1), default));
        Assert.Equal(ProgressState.Replicate, leader.Node.Progress[1].State);
        Assert.Equal(At(1, 2), leader.SentOf(MessageKind.Append).Last().Entries.Span[0].Id);
    }

    [Fact]
    public void A_lost_append_heals_at_a_heartbeat()
    {
        var cluster = new SimulatedCluster(3);
        RaftNode leader = cluster.Elect(1).Node;
        cluster.Loses = message => message.Kind == MessageKind.Append;
        leader.Propose("a"u8, out EntryId id);
        cluster.Settle();
        cluster.Heal();
        cluster.Tick(11);
        Assert.All(cluster.All, replica => Assert.Equal(id.Index, replica.Node.Commit));
    }

    [Fact]
    public void A_lost_answer_heals_at_a_heartbeat()
    {
        var cluster = new SimulatedCluster(3);
        RaftNode leader = cluster.Elect(1).Node;
        cluster.Loses = message => message.Kind == MessageKind.AppendResponse;
        leader.Propose("a"u8, out EntryId id);
        cluster.Settle();
        cluster.Heal();
        cluster.Tick(11);
        Assert.Equal(id.Index, leader.Commit);
    }

    [Fact]
    public void A_follower_learns_the_commit_index_within_a_tick_when_nothing_follows()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1).Node.Propose("a"u8, out EntryId id);
        cluster.Settle();
        cluster.Tick();
        Assert.All(cluster.All, replica => Assert.Equal(id.Index, replica.Node.Commit));
    }

    [Fact]
    public void The_commit_index_goes_with_the_next_entries_when_some_follow()
    {
        LoneNode leader = LeadingCommitted();
        leader.Node.Propose("a"u8, out EntryId first);
        leader.Run();
        leader.Sent.Clear();
        leader.Confirm(2);
        leader.Confirm(3);
        Assert.Empty(leader.Sent);
        leader.Node.Propose("b"u8, out _);
        leader.Run();
        Assert.All(leader.SentOf(MessageKind.Append), message => Assert.Equal(first.Index, message.Commit));
    }

    [Fact]
    public void A_lost_commit_index_heals_at_a_heartbeat()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1).Node.Propose("a"u8, out EntryId id);
        cluster.Settle();
        cluster.Loses = message => message.Kind == MessageKind.Append && message.To == Id(3);
        cluster.Tick(3);
        cluster.Heal();
        cluster.Tick(11);
        Assert.Equal(id.Index, cluster[3].Node.Commit);
    }

    [Fact]
    public void An_idle_group_sends_nothing_but_heartbeats_and_they_carry_nothing_new()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1).Node.Propose("a"u8, out _);
        cluster.Tick(30);
        cluster.Sent.Clear();
        cluster.Tick(100);
        Assert.All(cluster.Sent, message => Assert.True(message.Kind is MessageKind.Heartbeat or MessageKind.HeartbeatResponse));
        var heartbeats = cluster.Sent.Where(message => message.Kind == MessageKind.Heartbeat);
        Assert.Single(heartbeats.Select(message => (message.Term, message.Round)).Distinct());
        Assert.DoesNotContain(cluster.All, replica => replica.Node.HasReady);
    }

    /// <summary>Heartbeats say nothing of the log, so a follower that came back asks.</summary>
    [Fact]
    public void A_follower_that_restarted_in_an_idle_group_learns_the_commit_index_again()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1).Node.Propose("a"u8, out EntryId id);
        cluster.Tick(20);
        cluster[3].Crash();
        cluster[3].Restart();
        Assert.Equal(LogIndex.Zero, cluster[3].Node.Commit);
        cluster.Tick(11);
        Assert.Equal(id.Index, cluster[3].Node.Commit);
    }

    [Fact]
    public void A_silent_follower_gets_heartbeats_alone_until_it_is_heard_again()
    {
        var cluster = new SimulatedCluster(3);
        RaftNode leader = cluster.Elect(1).Node;
        cluster.Isolate(3);
        leader.Propose("a"u8, out EntryId id);
        cluster.Tick(100);
        cluster.Sent.Clear();
        cluster.Tick(100);
        var toSilent = cluster.Sent.Where(message => message.To == Id(3) && message.From == Id(1));
        Assert.All(toSilent, message => Assert.Equal(MessageKind.Heartbeat, message.Kind));
        Assert.Contains("silent", leader.Progress[2].ToString(), StringComparison.Ordinal);
        cluster.Heal();
        cluster.TickUntil(() => cluster[3].Node.Commit == id.Index, limit: 20);
    }

    [Fact]
    public void A_lost_connection_stops_pipelining()
    {
        LoneNode leader = LeadingCommitted();
        leader.Node.Propose("a"u8, out _);
        leader.Run();
        leader.Node.ReportUnreachable(Id(2));
        Assert.Equal("2 Probe match=1 next=2 commit=1 inflight=0", leader.Node.Progress[1].ToString());
        leader.Confirm(2);
        Assert.Equal(ProgressState.Replicate, leader.Node.Progress[1].State);
    }

    [Fact]
    public void Proposals_are_refused_while_too_much_is_uncommitted_and_the_one_that_exceeds_it_is_let_in()
    {
        LoneNode leader = LeadingCommitted(options: new RaftOptions { MaxUncommittedBytes = 100 });
        Assert.Equal(ProposeResult.Accepted, leader.Node.Propose("x"u8, out _));
        Assert.Equal(ProposeResult.Accepted, leader.Node.Propose(new byte[1000], out _));
        Assert.Equal(ProposeResult.TooMuchUncommitted, leader.Node.Propose("x"u8, out EntryId none));
        Assert.Equal(default, none);
        leader.Run();
        leader.Confirm(2);
        Assert.Equal(ProposeResult.Accepted, leader.Node.Propose("x"u8, out _));
    }

    [Fact]
    public void Diverged_logs_become_the_leader_s()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Isolate(1);
        for (int i = 0; i < 50; i++)
        {
            cluster[1].Node.Propose("lost"u8, out _);
        }

        cluster.TickUntil(() => cluster[2].Node.Role == RoleKind.Leader || cluster[3].Node.Role == RoleKind.Leader);
        cluster.Heal();
        cluster.TickUntil(() => cluster.Leader!.Node.Propose("kept"u8, out _) == ProposeResult.Accepted);
        cluster.TickUntil(() => cluster.All.All(replica => replica.Node.Applied == cluster.Leader!.Node.LastIndex));
        Assert.True(cluster[1].Node.LastIndex.Value < 20);
    }
}
