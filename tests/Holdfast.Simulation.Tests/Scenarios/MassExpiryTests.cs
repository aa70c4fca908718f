using System.Globalization;
using Holdfast.Api;
using Holdfast.Runtime;

namespace Holdfast.Simulation.Tests;

/// <summary>Many keys of one partition that fall due at once (DESIGN: Time).</summary>
public class MassExpiryTests
{
    private const int Keys = 20_000;
    private const long KeysInEntry = 1_000;
    private const long LongestWrite = 50 * VirtualTime.Millisecond;

    [Fact]
    public void Keys_that_fall_due_together_go_a_thousand_at_a_time_while_writes_go_on()
    {
        using ExpiryScene scene = new(1, new RoomyFactory());
        scene.Run(seconds: 10);
        SimHost leader = scene.Leader;
        scene.Put(leader, "lasts", Expiry.Never);
        long deadline = scene.UnixMs + 20_000;
        Flood flood = new(scene.World, leader, Expiry.At(deadline));
        scene.Until(() => flood.IsDone);
        scene.Until(() => scene.World.Hosts.All(host => scene.Of(host) is { Keys: Keys + 1 }));
        Assert.True(leader.Node!.UnixMs < deadline);

        Removal removal = new(scene, leader);
        scene.World.Invariants.Add(removal);
        scene.Until(() => leader.Node.UnixMs >= deadline - 20, longest: 30 * VirtualTime.Second);
        long slowest = 0;
        while (scene.Of(leader)!.Value.NextDeadlineMs != 0)
        {
            long asked = scene.World.Now;
            scene.Put(leader, "lasts", Expiry.Never);
            slowest = Math.Max(slowest, scene.World.Now - asked);
        }

        Assert.Equal(Keys, removal.Removed);
        Assert.Equal(Keys / KeysInEntry, removal.Entries);
        Assert.True(slowest < LongestWrite, $"a write took {slowest} µs");
        scene.Until(() => scene.World.Hosts.All(host => scene.Of(host) is { Keys: 1 }));
    }

    /// <summary>Watches the leader's keys go: at most a thousand for each entry, and not two entries within a tick.</summary>
    private sealed class Removal(ExpiryScene scene, SimHost leader) : IWorldInvariant
    {
        private GroupFacts _before = scene.Of(leader)!.Value;
        private long _lastAt;

        public long Removed { get; private set; }

        public int Entries { get; private set; }

        public string? Check(World world, SimHost host, IReadOnlyList<GroupFacts> groups)
        {
            if (host != leader || scene.Of(leader) is not { } facts || facts.Applied == _before.Applied)
            {
                return null;
            }

            long removed = _before.Keys - facts.Keys;
            _before = facts;
            if (removed <= 0)
            {
                return null;
            }

            long since = world.Now - _lastAt;
            _lastAt = world.Now;
            Removed += removed;
            Entries++;
            return removed > KeysInEntry ? $"one entry removed {removed} keys"
                : since < EngineOptions.TickMicros / 2 ? $"entries that remove keys came {since} µs apart"
                : null;
        }
    }

    /// <summary>A client that writes many keys, some at a time.</summary>
    private sealed class Flood : IClient
    {
        private const int AtOnce = 200;

        private readonly ClientSession _session;
        private readonly Expiry _expiry;
        private int _sent;
        private int _answered;

        public Flood(World world, SimHost at, Expiry expiry)
        {
            _session = new ClientSession(world, at, this);
            _expiry = expiry;
            for (int i = 0; i < AtOnce; i++)
            {
                Send();
            }
        }

        public bool IsDone => _answered == Keys;

        public int Number => 0;

        public void Answered(SimHost host, ClientAnswer answer, uint crc)
        {
            Assert.Equal(FaultCode.None, answer.Fault);
            _answered++;
            Send();
        }

        private void Send()
        {
            if (_sent < Keys)
            {
                ClientOperation put = new()
                {
                    Invoked = 0,
                    Operation = Operation.Put,
                    Key = string.Create(CultureInfo.InvariantCulture, $"due{_sent++}"),
                    Value = "v",
                    Expiry = _expiry,
                };
                _session.Send((ulong)_sent, put, timeoutMs: 5_000, latency: 50);
            }
        }
    }

    /// <summary>Nodes with the bounds that the program has.</summary>
    private sealed class RoomyFactory : ISimNodeFactory
    {
        public bool Supports(FaultKind kind) => true;

        public ISimNode Start(NodeEnvironment environment) => new EngineNode(
            environment,
            new EngineOptions
            {
                Self = environment.Id,
                Address = environment.Address,
                Peers = [.. environment.Founders.Where(founder => founder != environment.Address)],
                Partitions = environment.Partitions,
            },
            segmentBytes: 16 * 1024 * 1024);
    }
}
