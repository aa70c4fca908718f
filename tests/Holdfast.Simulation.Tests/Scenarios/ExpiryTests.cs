using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

/// <summary>What the passing of time does to an otherwise idle cluster.</summary>
public class ExpiryTests
{
    private const ulong Seeds = 5;

    /// <summary>By then the nodes have handed leadership over to those that placement prefers.</summary>
    private const long Balancing = 10;

    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_idle_cluster_writes_nothing_while_no_key_is_due(bool withDeadlines)
    {
        using ExpiryScene scene = new(1);
        for (int i = 0; i < 10; i++)
        {
            scene.Put(scene.Leader, $"k{i}", withDeadlines ? Expiry.After(HourMs + i) : Expiry.Never);
        }

        scene.Run(seconds: Balancing);
        LogIndex[] before = scene.LastIndexes();
        scene.Run(seconds: 60);

        Assert.Equal(before, scene.LastIndexes());
        Assert.All(scene.World.Hosts, host => Assert.Equal(10, scene.Of(host)!.Value.Keys));
    }

    [Fact]
    public void A_key_that_falls_due_in_an_idle_group_goes_within_a_tenth_of_a_second()
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            using ExpiryScene scene = new(seed);
            scene.Run(seconds: Balancing);
            scene.Put(scene.Leader, "short", Expiry.After(5_000));
            scene.Put(scene.Leader, "long", Expiry.After(HourMs));
            scene.Run(seconds: 1);
            LogIndex[] before = scene.LastIndexes();
            long deadline = (long)scene.Of(scene.Leader)!.Value.NextDeadlineMs;
            scene.Until(() => scene.Leader.Node!.UnixMs >= deadline - 20);
            Assert.Equal(before, scene.LastIndexes());

            scene.Until(
                () => scene.World.Hosts.All(host => scene.Of(host) is { Keys: 1 }), longest: 120 * VirtualTime.Millisecond);
            Assert.False(scene.Get(scene.Leader, "short").Found);
            Assert.True(scene.Get(scene.Leader, "long").Found);
        }
    }

    [Theory]
    [InlineData(DayMs)]
    [InlineData(-DayMs)]
    public void A_leader_whose_clock_was_wrong_when_the_cluster_was_formed_stamps_right(long error)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            using ExpiryScene scene = new(seed, error: error);
            scene.MakeLead(host => host.Index == 0);
            scene.Put(scene.Leader, "k", Expiry.After(HourMs));

            AssertHourLeft(scene, "k");
            scene.MakeLead(host => host.Index != 0);
            scene.Run(seconds: 2);
            AssertHourLeft(scene, "k");
        }
    }

    [Theory]
    [InlineData(DayMs)]
    [InlineData(-DayMs)]
    public void A_leader_that_starts_with_a_wrong_clock_into_a_running_cluster_stamps_right(long error)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            using ExpiryScene scene = new(seed);
            scene.Put(scene.Leader, "before", Expiry.After(HourMs));
            SimHost wrong = scene.World.Hosts[0];
            wrong.Crash();
            wrong.Clock.JumpWall(error * VirtualTime.Millisecond);

            // A second node away leaves the one with the wrong clock and one other: of two the earlier would count.
            wrong.Start();
            scene.World.Hosts[1].Pause(VirtualTime.Second);
            scene.MakeLead(host => host == wrong);
            scene.Put(wrong, "after", Expiry.After(HourMs));

            AssertHourLeft(scene, "before");
            AssertHourLeft(scene, "after");
            scene.MakeLead(host => host != wrong);
            scene.Run(seconds: 2);
            AssertHourLeft(scene, "before");
            AssertHourLeft(scene, "after");
        }
    }

    [Theory]
    [InlineData(DayMs)]
    [InlineData(-DayMs)]
    public void A_leader_that_starts_with_a_wrong_clock_after_all_lost_power_ends_no_key_early_nor_keeps_it_for_long(long error)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            using ExpiryScene scene = new(seed);
            scene.Put(scene.Leader, "before", Expiry.After(HourMs));
            SimHost wrong = scene.World.Hosts[0];
            SimHost late = scene.World.Hosts[2];
            foreach (SimHost host in scene.World.Hosts)
            {
                host.Crash();
            }

            wrong.Clock.JumpWall(error * VirtualTime.Millisecond);
            wrong.Start();
            scene.World.Hosts[1].Start();
            scene.MakeLead(host => host == wrong);
            scene.Put(wrong, "after", Expiry.After(HourMs));
            late.Start();
            scene.Run(seconds: 3);

            scene.MakeLead(host => host == late);
            scene.Run(seconds: 3);
            Assert.True(scene.Get(scene.Leader, "before").Found);
            Assert.True(scene.Get(scene.Leader, "after").Found);

            // Nor does time stand still until it has made up for what the wrong clock was behind.
            scene.Put(scene.Leader, "short", Expiry.After(1_000));
            scene.Until(() => !scene.Get(scene.Leader, "short").Found, every: VirtualTime.Second);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_write_that_speaks_of_time_waits_until_its_leader_knows_the_time(bool atLeader)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            using ExpiryScene scene = new(seed);
            foreach (SimHost host in scene.World.Hosts)
            {
                host.Crash();
            }

            scene.World.Hosts[0].Start();
            scene.World.Hosts[1].Start();
            scene.Until(() => scene.World.Hosts.Any(scene.Leads));
            SimHost asked = scene.World.Hosts.First(host => host.Node is not null && scene.Leads(host) == atLeader);
            if (atLeader)
            {
                // Forwarded it would be in a session, which lives by the partition's time.
                scene.Put(asked, "lasts", Expiry.Never);
            }

            Assert.Equal(0, scene.Leader.Node!.UnixMs);

            // Two of three clocks are most of them; the third has a while to be heard, too.
            scene.Put(asked, "ends", Expiry.After(HourMs));
            Assert.NotEqual(0, scene.Leader.Node!.UnixMs);
            AssertHourLeft(scene, "ends");
        }
    }

    private static void AssertHourLeft(ExpiryScene scene, string key)
    {
        ClientOperation read = scene.Get(scene.Leader, key);
        Assert.True(read.Found, $"seed {scene.World.Seed}");
        Assert.InRange((long)read.TimeToLiveMs, HourMs - 20_000, HourMs + 5_000);
    }
}
