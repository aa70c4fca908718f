using System.Buffers;
using System.Text;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Sessions;

/// <summary>
/// Random commands of sessions and with tokens, repeated, late and out of order, against a keyspace that knows no origins, to which a
/// plain table lets each command through once.
/// </summary>
public sealed class ExactlyOnceModelTests
{
    [Theory]
    [InlineData(1, 1, 20, 2)]
    [InlineData(2, 5, 2_000, 4)]
    [InlineData(3, 40, 30_000, 4)]
    [InlineData(4, 3, 200_000, 4)]
    public void Each_command_takes_effect_once_whatever_comes_again(ulong seed, int sessions, int maxPauseMs, int refusals)
    {
        using var world = new OnceWorld(seed, sessions, maxPauseMs);
        for (int i = 0; i < 6000; i++)
        {
            world.Step();
        }

        world.Check();
        Assert.True(world.Repeats > 300, $"{world.Repeats} repeats");
        Assert.Equal(refusals, world.Statuses.Count(status => status >= ApplyStatus.SessionUnknown));
    }

    [Theory]
    [InlineData(5, 2, 3_000, ulong.MaxValue)]
    [InlineData(6, 20, 100_000, ulong.MaxValue)]
    [InlineData(7, 5, 20_000, 0xC000_0000_0000_0000)]
    public void A_replica_restored_from_a_snapshot_taken_amid_commands_goes_on_exactly_as_the_others(
        ulong seed, int sessions, int maxPauseMs, ulong hashMask)
    {
        // With few bits of hash nearly all records are in the same place of the order of iteration.
        var options = new KeyspaceOptions { HashSeed = 42, HashMask = hashMask };
        using var world = new OnceWorld(seed, sessions, maxPauseMs, options);
        for (int round = 0; round < 12; round++)
        {
            for (int i = world.Random.Next(400); i > 0; i--)
            {
                world.Step();
            }

            // The commands that are applied while the snapshot is written are what the restored replica replays.
            ulong checksum = world.Keyspace.Checksum;
            long sessionCount = world.Keyspace.SessionCount;
            int from = world.Log.Count;
            var output = new ArrayBufferWriter<byte>();
            SnapshotWalk walk = world.Keyspace.BeginSnapshot();
            while (!walk.Step(world.Random.Next(1, 1500), output))
            {
                for (int i = world.Random.Next(20); i > 0; i--)
                {
                    world.Step();
                }
            }

            Keyspace restored = Collect.Load(world.Arena, output.WrittenSpan, options);
            Assert.Equal((checksum, sessionCount), (restored.Checksum, restored.SessionCount));
            Assert.Equal(0, walk.PendingBytes);
            foreach (byte[] command in world.Log.Skip(from))
            {
                Outcome.Apply(restored, command);
            }

            Assert.Equal(world.Keyspace.SnapshotAll(), restored.SnapshotAll());
            world.GoOnWith(restored);
            world.Check();
        }
    }

    private sealed class OnceWorld : IDisposable
    {
        private static readonly Slot Slot = new(5);
        private readonly Keyspace _plain;
        private readonly SessionModel _model = new();
        private readonly ulong[] _next;
        private readonly int _maxPauseMs;
        private ulong _now = 1_700_000_000_000;

        public OnceWorld(ulong seed, int sessions, int maxPauseMs, KeyspaceOptions? options = null)
        {
            Random = new SeededRandom(seed);
            _next = new ulong[sessions];
            _maxPauseMs = maxPauseMs;
            _plain = new Keyspace(Arena, options ?? Collect.Options);
            Keyspace = new Keyspace(Arena, options ?? Collect.Options);
        }

        public KeyspaceArena Arena { get; } = new();

        public SeededRandom Random { get; }

        public Keyspace Keyspace { get; private set; }

        public List<byte[]> Log { get; } = [];

        public int Repeats { get; private set; }

        public HashSet<ApplyStatus> Statuses { get; } = [];

        public void Dispose()
        {
            Keyspace.Dispose();
            _plain.Dispose();
            Arena.Dispose();
        }

        public void GoOnWith(Keyspace keyspace)
        {
            Keyspace.Dispose();
            Keyspace = keyspace;
        }

        public void Step()
        {
            _now += (ulong)(Random.Chance(0.3) ? Random.Next(_maxPauseMs) : 0);
            int dice = Random.Next(100);
            if (dice < 3)
            {
                Advance();
            }
            else if (dice < 6)
            {
                Bare(Encode(RandomCommand(), CommandOrigin.None));
            }
            else if (dice < 30 && Log.Count > 0)
            {
                Send(Log[Math.Max(0, Log.Count - 1 - Random.Next(40))]);
            }
            else if (dice < 40)
            {
                Send(Encode(RandomCommand(), CommandOrigin.OfToken(Encoding.ASCII.GetBytes($"t{Random.Next(60)}"), (ulong)Random.Next(2))));
            }
            else
            {
                Send(NewOfSession(Random.Next(_next.Length)));
            }

            Assert.Equal(_plain.TimeMs, Keyspace.TimeMs);
            Assert.Equal(_plain.Revision, Keyspace.Revision);
            Assert.Equal(_plain.Checksum, Keyspace.Checksum - Keyspace.Sessions.State.Checksum);
            Assert.Equal(_model.Records, Keyspace.Sessions.State.Count);
            Assert.Equal(_model.SessionCount, Keyspace.SessionCount);
        }

        public void Check()
        {
            Assert.Equal(Keyspace.RecomputeChecksum(), Keyspace.Checksum);
            ulong[] deadlines = [.. new[] { _plain.NextDeadlineMs, _model.NextDeadline }.Where(deadline => deadline != 0)];
            Assert.Equal(deadlines.DefaultIfEmpty().Min(), Keyspace.NextDeadlineMs);
        }

        private byte[] NewOfSession(int session)
        {
            ulong sequence = Random.Next(10) switch
            {
                0 => _next[session] += (ulong)Random.Next(4),
                1 when Random.Chance(0.1) => _next[session] += (ulong)Random.Next(20_000),
                2 => Math.Max(1, _next[session] - Math.Min(_next[session], (ulong)Random.Next(30))),
                3 when Random.Chance(0.2) => _next[session] = 1,
                _ => ++_next[session],
            };
            sequence = _next[session] = Math.Max(1, sequence);
            ulong lowest = Random.Chance(0.6) ? 1 : sequence - Math.Min(sequence - 1, (ulong)Random.Next(60));
            CommandOrigin origin = CommandOrigin.OfSession((ulong)session + 1, sequence, lowest);
            return Encode(Random.Chance(0.1) ? Command.Touch(origin) : RandomCommand(), origin);
        }

        // Decides by the model what a command must give, lets it through to the plain keyspace if so, and compares.
        private void Send(byte[] bytes)
        {
            Assert.True(CommandCodec.TryDecode(bytes, out Command command, out _));
            if (command.Origin.IsNone)
            {
                return;
            }

            ulong time = Math.Max(_plain.TimeMs, command.StampMs);
            Outcome.Apply(_plain, Encode(Command.Delete(Slot, "never there"u8), CommandOrigin.None, command.StampMs));
            CommandOrigin origin = command.Origin;
            command.Origin = CommandOrigin.None;
            bool isTouch = command.Kind == CommandKind.Touch;
            byte[]? bare = isTouch ? null : Outcome.Encode(command);
            Outcome Execute() => bare is null
                ? Outcome.Refused(ApplyStatus.Applied) with { Revision = _plain.Revision.Value }
                : Outcome.Apply(_plain, bare).Outcome;
            (Outcome Outcome, bool Repeated) expected = origin.Kind == CommandOriginKind.Session
                ? _model.Apply(origin.SessionId, origin.Sequence, origin.LowestOpen, isTouch, time, Execute)
                : _model.Apply(Encoding.ASCII.GetString(origin.Token), origin.Fingerprint, time, Execute);
            Assert.Equal(expected, Outcome.Apply(Keyspace, bytes));
            Log.Add(bytes);
            Repeats += expected.Repeated ? 1 : 0;
            Statuses.Add(expected.Outcome.Status);
        }

        private void Bare(byte[] bytes)
        {
            Assert.Equal(Outcome.Apply(_plain, bytes), Outcome.Apply(Keyspace, bytes));
            Log.Add(bytes);
        }

        private void Advance()
        {
            uint limit = (uint)Random.Next(1, 40);
            byte[] bytes = Outcome.Encode(Command.Advance(_now, limit));
            Outcome expected = Outcome.Apply(_plain, bytes).Outcome;
            bool moreSessions = _model.Advance(limit - expected.Deleted, _plain.TimeMs);
            Assert.Equal((expected with { More = expected.More || moreSessions }, false), Outcome.Apply(Keyspace, bytes));
            Log.Add(bytes);
        }

        private byte[] Encode(Command command, CommandOrigin origin, ulong? stamp = null)
        {
            command.StampMs = stamp ?? _now;
            command.Origin = origin;
            return Outcome.Encode(command);
        }

        private Command RandomCommand()
        {
            byte[] key = [(byte)Random.Next(20)];
            switch (Random.Next(20))
            {
                case 0:
                    return Random.Chance(0.1) ? Command.Flush() : Command.Clear(key, [], 3);
                case 1:
                    return Command.Delete(Slot, key, flags: CommandFlags.ReturnOldValue);
                case 2:
                    return Command.Expire(Slot, key, Expiry.After((ulong)Random.Next(_maxPauseMs * 10)));
                case 3:
                    return Command.Append(Slot, key, new byte[Random.Next(300)]);
                case 4:
                    var builder = new BatchBuilder(Random.Chance(0.5) ? BatchMode.Atomic : BatchMode.Sequential);
                    builder.Add(Command.Put(Slot, [0], "7"u8, Random.Chance(0.3) ? Condition.Absent : Condition.None));
                    builder.Add(Command.Get(Slot, key));
                    builder.Add(Command.Increment(Slot, key, 1));
                    return builder.ToCommand();
                case < 10:
                    Condition condition = Random.Chance(0.3) ? Condition.Absent : Condition.None;
                    Expiry expiry = Random.Chance(0.2) ? Expiry.After((ulong)Random.Next(_maxPauseMs * 10)) : Expiry.Keep;
                    return Command.Put(Slot, key, new byte[Random.Next(100)], condition, expiry, CommandFlags.ReturnOldValue);
                default:
                    return Command.Increment(Slot, key, 3);
            }
        }
    }
}
