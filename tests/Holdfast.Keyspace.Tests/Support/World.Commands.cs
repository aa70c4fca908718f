using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Support;

/// <content>Each command at random, and what it must give.</content>
internal sealed partial class World
{
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

    private void Batch()
    {
        var script = new BatchScript(_random.Chance(0.5) ? BatchMode.Atomic : BatchMode.Sequential);
        int checks = _random.Chance(0.7) ? 0 : _random.Next(1, 3);
        for (int i = _random.Next(1, 12) + checks; i > 0; i--)
        {
            script.Add(RandomOperation(checks-- > 0 ? CommandKind.Check : RandomKind(script.Builder.Mode)));
        }

        ApplyResult result = Apply(script.Builder.ToCommand());
        ulong before = Model.Revision;
        (Model after, List<BatchScript.Item> items, int failedAt) = script.Run(Model);
        Model = after;
        Assert.Equal(items, BatchScript.Item.ReadAll(_batchResults.WrittenSpan, out int readFailedAt));
        Assert.Equal(failedAt, result.FailedAt);
        Assert.Equal(failedAt, readFailedAt);
        Assert.Equal(failedAt < 0 ? ApplyStatus.Applied : items[0].Status, result.Status);
        Assert.Equal(Model.Revision, result.Revision.Value);
        Assert.Equal(Model.Revision != before, result.Changed);
    }

    private CommandKind RandomKind(BatchMode mode) => _random.Next(mode == BatchMode.Atomic ? 20 : 19) switch
    {
        0 => CommandKind.Copy,
        1 => CommandKind.Rename,
        2 => CommandKind.Expire,
        3 => CommandKind.Get,
        4 => CommandKind.Measure,
        5 => CommandKind.Increment,
        < 10 => CommandKind.Append,
        < 13 => CommandKind.Delete,
        19 => CommandKind.Check,
        _ => CommandKind.Put,
    };

    private Command RandomOperation(CommandKind kind)
    {
        // Few keys, so that operations meet what others of the batch have done.
        byte[] key = _random.Chance(0.5) ? "batch"u8.ToArray() : RandomKey();
        byte[] end = _random.Chance(0.5) ? "hctab"u8.ToArray() : RandomKey();
        Slot slot = SlotOf(key);
        CommandFlags shows = _random.Chance(0.3) ? CommandFlags.ReturnOldValue : CommandFlags.None;
        CommandFlags ifAbsent = _random.Chance(0.3) ? CommandFlags.IfDestinationAbsent : CommandFlags.None;
        Condition rarely = _random.Chance(0.1) ? Condition.Absent : Condition.None;
        Condition likely = Model.Find(key) is { } entry ? Condition.RevisionIs(new Revision(entry.Revision)) : Condition.Absent;
        return kind switch
        {
            CommandKind.Put => Command.Put(slot, key, RandomValue(), rarely, RandomExpiry(mayKeep: true), shows),
            CommandKind.Append => Command.Append(slot, key, RandomValue()),
            CommandKind.Delete => Command.Delete(slot, key, flags: shows),
            CommandKind.Increment => Command.Increment(slot, key, 3),
            CommandKind.Expire => Command.Expire(slot, key, Expiry.After(50), DeadlineCondition.None, shows),
            CommandKind.Get => Command.Get(slot, key),
            CommandKind.Measure => Command.Measure(slot, key),
            CommandKind.Check => Command.Check(slot, key, _random.Chance(0.9) ? likely : Condition.Present),
            CommandKind.Copy => Command.Copy(slot, key, SlotOf(end), end, ifAbsent),
            _ => Command.Rename(slot, key, SlotOf(end), end, ifAbsent),
        };
    }

    private void Clear(byte[] start, byte[] end)
    {
        // A bound in the past spares what changed since.
        ulong bound = _random.Chance(0.5) ? 0 : Model.Revision - (Model.Revision / 4);
        uint limit = (uint)_random.Next(1, 200);
        bool revisionPerKey = _random.Chance(0.5);
        while (true)
        {
            byte[][] looked = [.. Model.Range(start, end).Take((int)limit).Select(pair => pair.Key)];
            byte[]? next = Model.Range(start, end).Skip((int)limit).FirstOrDefault().Key;
            Command clear = Command.Clear(start, end, limit, new Revision(bound));
            clear.Flags = revisionPerKey ? clear.Flags : CommandFlags.None;
            ApplyResult result = Apply(clear);
            bound = bound == 0 ? Model.Revision : bound;
            Assert.Equal(bound, result.Bound.Value);
            Assert.Equal(Model.Clear(start, next ?? end, bound, revisionPerKey), result.Deleted);
            Assert.Equal(Model.Revision, result.Revision.Value);
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
        Model.Flush();
    }

    private ApplyResult Apply(Command command)
    {
        command.StampMs = _stamp;
        _command.ResetWrittenCount();
        CommandCodec.Encode(command, _command);
        ApplyResult result = default;
        _batchResults.ResetWrittenCount();
        Keyspace.Apply(_command.WrittenSpan, ref result, _batchResults);
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
