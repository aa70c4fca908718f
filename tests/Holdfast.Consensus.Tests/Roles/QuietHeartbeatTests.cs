using Holdfast.Consensus.Tests.Harness;
using static Holdfast.Consensus.Tests.Harness.LoneNode;

namespace Holdfast.Consensus.Tests.Roles;

/// <summary>The heartbeats from which nothing but the plain answer follows.</summary>
public sealed class QuietHeartbeatTests
{
    private readonly LoneNode _follower = new(term: 1, log: [1]);

    public QuietHeartbeatTests() => _follower.Step(Message.Append(Id(2), Id(1), new(1), At(1, 1), new(1), default));

    [Fact]
    public void A_quiet_heartbeat_does_what_a_message_would()
    {
        var other = new LoneNode(term: 1, log: [1]);
        other.Step(Message.Append(Id(2), Id(1), new(1), At(1, 1), new(1), default));
        _follower.Tick(20);
        other.Tick(20);
        Assert.True(_follower.Node.TryHearQuietly(Id(2), new(1)));
        other.Node.Step(Message.Heartbeat(Id(2), Id(1), new(1), 0));

        Assert.False(_follower.Node.HasReady);
        Assert.Equal(other.Node.Due, _follower.Node.Due);
        Assert.Equal("1->2 HeartbeatResponse term=1 round=0", Assert.Single(other.Node.TakeReady().Messages.ToArray()).ToString());
        Assert.Equal(other.Node.ToString(), _follower.Node.ToString());
    }

    [Fact]
    public void Of_another_leader_or_term_none_is_quiet()
    {
        Assert.False(_follower.Node.TryHearQuietly(Id(3), new(1)));
        Assert.False(_follower.Node.TryHearQuietly(Id(2), new(2)));
    }

    [Fact]
    public void A_follower_that_has_no_append_of_its_leader_yet_has_something_to_ask_for()
    {
        var restarted = new LoneNode(term: 1, log: [1]);
        restarted.Step(Message.Heartbeat(Id(2), Id(1), new(1), 0));
        Assert.False(restarted.Node.TryHearQuietly(Id(2), new(1)));
    }

    [Fact]
    public void A_term_that_is_not_durable_is_not_answered_for()
    {
        _follower.Node.Step(Message.Append(Id(2), Id(1), new(2), At(1, 1), new(1), default));
        _follower.Take();
        Assert.False(_follower.Node.TryHearQuietly(Id(2), new(2)));
        _follower.CompleteWrite();
        Assert.True(_follower.Node.TryHearQuietly(Id(2), new(2)));
    }

    [Fact]
    public void Whoever_does_not_follow_hears_nothing_quietly()
    {
        _follower.TickUntil(RoleKind.PreCandidate);
        Assert.False(_follower.Node.TryHearQuietly(Id(2), new(1)));
    }
}
