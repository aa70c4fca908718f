using System.Buffers;
using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Support;

/// <summary>A keyspace and its model side by side, to which the same random commands are applied, in stored form.</summary>
internal sealed class World : IDisposable
{
    private readonly SeededRandom _random;
    private readonly ArrayBufferWriter<byte> _command = new();
    private readonly int _keys;
    private readonly int _slots;
    private ulong _stamp;

    public World(ulong seed, int keys, int slots, KeyspaceOptions? options = null)
    {
        _random = new SeededRandom(seed);
        _keys = keys;
        _slots = slots;
        Keyspace = new Keyspace(Arena, options ?? Collect.Options);
    }

    public KeyspaceArena Arena { get; } = new();

    public Keyspace Keyspace { get; }

    public Model Model { get; } = new();

    /// <summary>Another keyspace in the same state, to which the commands go as well, and which must answer alike.</summary>
    public Keyspace? Twin { get; set; }

    public SeededRandom Random => _random;

    /// <summary>Shares of a hundred of the commands that remove many keys at once.</summary>
    public int ClearShare { get; init; } = 2;

    public int FlushShare { get; init; }

    public void Dispose()
    {
        Keyspace.Dispose();
        Assert.Equal(0, Keyspace.MemoryBytes);
        Arena.Dispose();
    }

    public Slot SlotOf(byte[] key) => new((ushort)(key[^1] % _slots * (Slot.Count / _slots)));

    /// <summary>Applies one random command to both, and compares what it gave.</summary>
    public void Step()
    {
        byte[] key = RandomKey();
        _stamp = _random.Chance(0.3) ? Model.Time + (ulong)_random.Next(40) : _random.Chance(0.1) ? Model.Time / 2 : 0;
        Model.Stamp(_stamp);
        int dice = _random.Next(100);
        if (dice < FlushShare)
        {
            Flush();
        }
        else if (dice < FlushShare + ClearShare)
        {
            Clear(key, _random.Chance(0.2) ? [] : RandomKey());
        }
        else if (dice < 25)
        {
            Delete(key);
        }
        else if (dice < 30)
        {
            Advance(_random.Next(1, 30));
        }
        else if (dice < 40)
        {
            Expire(key);
        }
        else if (dice < 50)
        {
            Append(key, RandomValue());
        }
        else if (dice < 60)
        {
            Increment(key, _random.Next(-5, 1000));
        }
        else
        {
            Put(key, RandomValue());
        }
    }

    public byte[] RandomKey()
    {
        int number = _random.Next(_keys);
        byte[] tail = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(tail, number);

        // Keys with long common prefixes, keys that are prefixes of others, and keys with zeros at the end.
        return (number % 4) switch
        {
            0 => [.. "a-rather-long-prefix/"u8, .. tail],
            1 => [.. "a-rather-long-prefix/and-more/"u8, .. tail[2..]],
            2 => tail[..(1 + (number % 3))],
            _ => [.. tail, 0, 0],
        };
    }

    /// <summary>Compares the whole of both.</summary>
    public void Check() => Check(Keyspace, Model);

    public static void Check(Keyspace keyspace, Model model)
    {
        Assert.Equal(model.Time, keyspace.TimeMs);
        Assert.Equal(model.NextDeadline, keyspace.NextDeadlineMs);
        Assert.Equal(model.Entries.Count, keyspace.Count);
        Assert.Equal(model.Revision, keyspace.Revision.Value);
        Assert.Equal(model.Entries.Sum(pair => (long)pair.Key.Length + pair.Value.Value.Length), keyspace.LogicalBytes);
        Assert.Equal(keyspace.RecomputeChecksum(), keyspace.Checksum);
        Same(model.Live, keyspace.ListAll());
        Same(model.Live, keyspace.ScanAll(7).OrderBy(pair => pair.Key, ByteOrder.Instance));
    }

    public static void Same(IEnumerable<KeyValuePair<byte[], Model.Entry>> expected, IEnumerable<Pair> actual) => Assert.Equal(
        expected.Select(pair => Show(pair.Value.Slot, pair.Key, pair.Value.Revision, pair.Value.Deadline, pair.Value.Value)),
        actual.Select(pair => Show(pair.Slot, pair.Key, pair.Revision, pair.Deadline, pair.Value)));

    private static string Show(Slot slot, byte[] key, ulong revision, ulong deadline, byte[] value) =>
        $"{slot} {Convert.ToHexString(key)} @{revision} !{deadline} {value.Length}:"
        + Convert.ToHexString(value[..Math.Min(40, value.Length)]);

    private void Put(byte[] key, byte[] value)
    {
        Model.Entry? entry = Model.Find(key);
        ulong current = entry?.Revision ?? 0;
        Condition condition = _random.Next(6) switch
        {
            0 => Condition.Absent,
            1 => Condition.Present,
            2 => Condition.RevisionIs(new Revision(current)),
            3 => Condition.RevisionIs(new Revision(current + 1)),
            _ => Condition.None,
        };
        Expiry expiry = RandomExpiry(mayKeep: true);
        CommandFlags flags = _random.Chance(0.5) ? CommandFlags.ReturnOldValue : CommandFlags.None;
        ApplyResult result = Apply(Command.Put(SlotOf(key), key, value, condition, expiry, flags));
        bool applies = condition.Kind switch
        {
            ConditionKind.Absent => entry is null,
            ConditionKind.Present => entry is not null,
            ConditionKind.RevisionIs => condition.Revision.Value == current,
            _ => true,
        };
        if (applies)
        {
            Model.Put(SlotOf(key), key, value, expiry);
        }

        Model.Entry? after = Model.Find(key);

        Assert.Equal(applies ? ApplyStatus.Applied : ApplyStatus.ConditionFailed, result.Status);
        Assert.Equal(applies && (entry ?? after) is not null, result.Changed);
        Assert.Equal(result.Changed ? Model.Revision : current, result.Revision.Value);
        Assert.Equal(applies && entry is null && after is not null, result.Created);
        Assert.Equal(applies && entry is not null && after is null ? 1 : 0, result.Deleted);
        Assert.Equal(after?.Deadline ?? 0, result.DeadlineMs);
        Assert.Equal(entry is not null, result.Found);
        Assert.Equal(flags == CommandFlags.None ? [] : entry?.Value ?? [], result.OldValue.ToArray());
    }

    private void Append(byte[] key, byte[] value)
    {
        ApplyResult result = Apply(Command.Append(SlotOf(key), key, value));
        bool created = Model.Find(key) is null;
        Model.Append(SlotOf(key), key, value);
        Assert.Equal(ApplyStatus.Applied, result.Status);
        Assert.Equal(created, result.Created);
        Assert.Equal(Model.Entries[key].Value.Length, result.Length);
    }

    private void Increment(byte[] key, long by)
    {
        ApplyResult result = Apply(Command.Increment(SlotOf(key), key, by));
        long? sum = Model.Increment(SlotOf(key), key, by);
        Assert.Equal(sum is null ? ApplyStatus.NotAnInteger : ApplyStatus.Applied, result.Status);
        Assert.Equal(sum ?? 0, result.Number);
    }

    private void Delete(byte[] key)
    {
        byte[]? value = Model.Find(key)?.Value;
        ApplyResult result = Apply(Command.Delete(SlotOf(key), key, flags: CommandFlags.ReturnOldValue));
        Assert.Equal(Model.Delete(key) ? ApplyStatus.Applied : ApplyStatus.NotFound, result.Status);
        Assert.Equal(value is null ? 0 : 1, result.Deleted);
        Assert.Equal(value ?? [], result.OldValue.ToArray());
    }

    private void Expire(byte[] key)
    {
        Model.Entry? entry = Model.Find(key);
        Expiry expiry = RandomExpiry(mayKeep: false);
        DeadlineCondition condition = expiry.Kind == ExpiryKind.None
            ? DeadlineCondition.None
            : (DeadlineCondition)(byte)new[] { 0, 0, 1, 2, 4, 6, 8, 10 }[_random.Next(8)];
        ApplyResult result = Apply(Command.Expire(SlotOf(key), key, expiry, condition, CommandFlags.ReturnOldValue));
        ulong before = Model.Revision;
        bool? met = Model.Expire(key, expiry, condition);
        Assert.Equal(
            met switch { null => ApplyStatus.NotFound, false => ApplyStatus.ConditionFailed, true => ApplyStatus.Applied }, result.Status);
        Assert.Equal(Model.Revision != before, result.Changed);
        Assert.Equal(result.Changed ? Model.Revision : entry?.Revision ?? 0, result.Revision.Value);
        Assert.Equal(Model.Find(key)?.Deadline ?? 0, result.DeadlineMs);
        Assert.Equal(entry is not null && Model.Find(key) is null ? 1 : 0, result.Deleted);
        Assert.Equal(entry?.Value ?? [], result.OldValue.ToArray());
    }

    private void Advance(int limit)
    {
        _stamp = Model.Time + 1;
        Model.Stamp(_stamp);
        ApplyResult result = Apply(Command.Advance(_stamp, (uint)limit));
        Assert.Equal(Model.Advance(limit), result.Deleted);
        Assert.Equal(Model.Revision, result.Revision.Value);
        Assert.Equal(Model.Entries.Values.Any(Model.IsPast), result.More);
    }

    private Expiry RandomExpiry(bool mayKeep) => _random.Next(mayKeep ? 8 : 6) switch
    {
        0 => Expiry.At(Model.Time + (ulong)_random.Next(1000)),
        1 => Expiry.At(_random.NextUInt64()),
        2 => Expiry.After((ulong)_random.Next(300)),
        3 => Expiry.At((ulong)_random.Next(500)),
        4 => Expiry.After(_random.Chance(0.1) ? 0UL : 100UL),
        > 5 => Expiry.Keep,
        _ => Expiry.None,
    };

    private void Clear(byte[] start, byte[] end)
    {
        // A bound in the past spares what changed since.
        ulong bound = _random.Chance(0.5) ? 0 : Model.Revision - (Model.Revision / 4);
        uint limit = (uint)_random.Next(1, 200);
        while (true)
        {
            byte[][] looked = [.. Model.Range(start, end).Take((int)limit).Select(pair => pair.Key)];
            byte[]? next = Model.Range(start, end).Skip((int)limit).FirstOrDefault().Key;
            ApplyResult result = Apply(Command.Clear(start, end, limit, new Revision(bound)));
            bound = bound == 0 ? Model.Revision : bound;
            Assert.Equal(bound, result.Bound.Value);
            Assert.Equal(Model.Clear(start, next ?? end, bound), result.Deleted);
            Assert.True(result.Deleted <= looked.Length);
            Assert.Equal(next is not null, result.More);
            Assert.Equal(next ?? [], result.NextKey.ToArray());
            if (next is null)
            {
                return;
            }

            start = next;
        }
    }

    private void Flush()
    {
        ApplyResult result = Apply(Command.Flush());
        Assert.Equal(Model.Entries.Count, result.Deleted);
        Model.Clear([], [], ulong.MaxValue);
    }

    private ApplyResult Apply(Command command)
    {
        command.StampMs = _stamp;
        _command.ResetWrittenCount();
        CommandCodec.Encode(command, _command);
        ApplyResult result = default;
        Keyspace.Apply(_command.WrittenSpan, ref result);
        if (Twin is not null)
        {
            ApplyResult other = default;
            Twin.Apply(_command.WrittenSpan, ref other);
            Assert.Equal(
                (result.Status, result.Revision, result.Changed, result.Deleted, result.More, result.DeadlineMs, result.Number),
                (other.Status, other.Revision, other.Changed, other.Deleted, other.More, other.DeadlineMs, other.Number));
            Assert.Equal((Keyspace.Checksum, Keyspace.NextDeadlineMs), (Twin.Checksum, Twin.NextDeadlineMs));
        }

        return result;
    }

    private byte[] RandomValue()
    {
        if (_random.Chance(0.2))
        {
            return "17"u8.ToArray();
        }

        // Sometimes beyond a piece of the checksum, a size class, a page.
        int length = _random.Next(20) switch { 0 => _random.Next(40_000), < 5 => _random.Next(1000), _ => _random.Next(40) };
        var value = new byte[length];
        value.AsSpan().Fill((byte)_random.Next(256));
        return value;
    }
}
