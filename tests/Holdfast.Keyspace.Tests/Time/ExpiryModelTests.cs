using System.Buffers;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Time;

/// <summary>Random commands with deadlines while time passes, the real keyspace against the plainest one.</summary>
public sealed class ExpiryModelTests : IDisposable
{
    private readonly KeyspaceArena _arena = new();
    private readonly ArrayBufferWriter<byte> _command = new();
    private readonly SortedDictionary<byte[], Entry> _model = new(ByteOrder.Instance);
    private SeededRandom _random = new(0);
    private Keyspace _keyspace;
    private ulong _revision;
    private ulong _time;
    private ulong _clock = 1_000_000;

    public ExpiryModelTests() => _keyspace = new Keyspace(_arena, Collect.Options);

    public void Dispose()
    {
        _keyspace.Dispose();
        Assert.Equal(0, _keyspace.MemoryBytes);
        _arena.Dispose();
    }

    [Theory]
    [InlineData(1, 20)]
    [InlineData(2, 300)]
    [InlineData(3, 3000)]
    public void Random_commands_with_deadlines_give_what_a_sorted_dictionary_gives(ulong seed, int keys)
    {
        _random = new SeededRandom(seed);
        for (int i = 0; i < 8000; i++)
        {
            _clock += (ulong)_random.Next(20);
            Step([(byte)'k', (byte)_random.Next(keys), (byte)(keys > 256 ? _random.Next(keys / 256) : 0)]);
            if (i % 500 == 499)
            {
                Check();
            }

            if (i % 2000 == 1999)
            {
                Restore();
            }
        }
    }

    private void Step(byte[] key)
    {
        switch (_random.Next(8))
        {
            case 0 or 1 or 2:
                Put(key);
                break;
            case 3:
                Expire(key);
                break;
            case 4:
                Advance((uint)_random.Next(1, 10));
                break;
            case 5:
                Append(key);
                break;
            case 6:
                Delete(key);
                break;
            default:
                Read(key);
                break;
        }
    }

    private void Put(byte[] key)
    {
        byte[] value = new byte[_random.Next(100)];
        int kind = _random.Next(4);
        ulong deadline = kind switch { 0 => 0, 1 => _clock + (ulong)_random.Next(400) - 50, 2 => (ulong)_random.Next(1, 400), _ => 0 };
        CommandFlags flags = kind switch { 2 => CommandFlags.DeadlineIsRelative, 3 => CommandFlags.KeepsDeadline, _ => CommandFlags.None };
        Command command = Command.Put(default, key, value, deadlineMs: deadline, flags: flags);
        command.StampMs = _random.Chance(0.7) || kind == 2 ? _clock : 0;
        ApplyResult result = Apply(command);
        Entry? before = Touch(key);
        ulong wanted = kind switch { 2 => _time + deadline, 3 => before?.Deadline ?? 0, _ => deadline };
        Assert.Equal(ApplyStatus.Applied, result.Status);
        Assert.Equal(before is not null, result.Found);
        if (wanted == 0 || wanted > _time)
        {
            _model[key] = new Entry(value, ++_revision, wanted);
            Assert.Equal(before is null, result.Created);
        }
        else if (before is not null)
        {
            Remove(key);
        }

        Assert.Equal(_revision, _keyspace.Revision.Value);
    }

    private void Expire(byte[] key)
    {
        var conditions = (DeadlineConditions)_random.Next(16);
        ulong deadline = _random.Chance(0.2) ? 0 : _clock + (ulong)_random.Next(400) - 50;
        Command command = Command.Expire(default, key, deadline, conditions, CommandFlags.ReturnOldValue);
        command.StampMs = _clock;
        ApplyResult result = Apply(command);
        Entry? before = Touch(key);
        Assert.Equal(before?.Value ?? [], result.OldValue.ToArray());
        if (before is null)
        {
            Assert.Equal(ApplyStatus.NotFound, result.Status);
        }
        else if (!IsMet(conditions, before.Deadline, deadline))
        {
            Assert.Equal(ApplyStatus.ConditionFailed, result.Status);
            Assert.Equal(before.Deadline, result.DeadlineMs);
        }
        else if (deadline != 0 && deadline <= _time)
        {
            Assert.Equal(ApplyStatus.Applied, result.Status);
            Assert.Equal(1, result.Deleted);
            Remove(key);
        }
        else if (deadline == before.Deadline)
        {
            Assert.Equal(ApplyStatus.Unchanged, result.Status);
        }
        else
        {
            Assert.Equal(ApplyStatus.Applied, result.Status);
            Assert.Equal(deadline, result.DeadlineMs);
            _model[key] = before with { Deadline = deadline, Revision = ++_revision };
        }
    }

    private void Advance(uint limit)
    {
        ApplyResult result = Apply(Command.Advance(_clock, limit));
        byte[][] due = [.. _model.Where(pair => IsDue(pair.Value)).OrderBy(pair => pair.Value.Deadline).ThenBy(pair => pair.Key, ByteOrder.Instance)
            .Select(pair => pair.Key)];
        foreach (byte[] key in due.Take((int)limit))
        {
            Remove(key);
        }

        Assert.Equal(Math.Min(due.Length, limit), result.Deleted);
        Assert.Equal(due.Length > limit, result.More);
        Assert.Equal(_revision, result.Revision.Value);
    }

    private void Append(byte[] key)
    {
        ApplyResult result = Apply(Command.Append(default, key, "abc"u8));
        Entry? before = Touch(key);
        _model[key] = new Entry([.. before?.Value ?? [], .. "abc"u8], ++_revision, before?.Deadline ?? 0);
        Assert.Equal(before is null, result.Created);
        Assert.Equal(_model[key].Value.Length, result.Length);
    }

    private void Delete(byte[] key)
    {
        ApplyResult result = Apply(Command.Delete(default, key));
        Entry? before = Touch(key);
        Assert.Equal(before is null ? ApplyStatus.NotFound : ApplyStatus.Applied, result.Status);
        if (before is not null)
        {
            Remove(key);
        }
    }

    private void Read(byte[] key)
    {
        bool isThere = _model.TryGetValue(key, out Entry? entry) && !IsDue(entry);
        Assert.Equal(isThere, _keyspace.TryGet(default, key, out ValueView view));
        Assert.Equal(isThere ? entry!.Value : [], view.Value.ToArray());
        Assert.Equal(isThere ? entry!.Deadline : 0, view.DeadlineMs);
    }

    private void Check()
    {
        Assert.Equal(_time, _keyspace.TimeMs);
        Assert.Equal(_model.Count, _keyspace.Count);
        Assert.Equal(_model.Count(pair => pair.Value.Deadline != 0), _keyspace.ExpiringCount);
        Assert.Equal(_model.Values.Where(entry => entry.Deadline != 0).Select(entry => entry.Deadline).DefaultIfEmpty().Min(), _keyspace.NextDeadlineMs);
        Assert.Equal(_keyspace.RecomputeChecksum(), _keyspace.Checksum);
        string[] expected = [.. _model.Where(pair => !IsDue(pair.Value)).Select(pair => Show(pair.Key, pair.Value))];
        Assert.Equal(expected, _keyspace.ListAll().Select(Show));
        Assert.Equal(expected, _keyspace.ScanAll(7).OrderBy(pair => pair.Key, ByteOrder.Instance).Select(Show));
    }

    private void Restore()
    {
        // A snapshot that is taken while commands go on shows the state at its beginning, time and deadlines included.
        Keyspace restored = Collect.Load(_arena, _keyspace.SnapshotAll());
        Assert.Equal(_keyspace.Checksum, restored.Checksum);
        _keyspace.Dispose();
        _keyspace = restored;
        Check();
    }

    /// <summary>What a write finds at a key: what has expired is removed first.</summary>
    private Entry? Touch(byte[] key)
    {
        if (!_model.TryGetValue(key, out Entry? entry) || !IsDue(entry))
        {
            return entry;
        }

        Remove(key);
        return null;
    }

    private void Remove(byte[] key)
    {
        _model.Remove(key);
        _revision++;
    }

    private bool IsDue(Entry entry) => entry.Deadline != 0 && entry.Deadline <= _time;

    private ApplyResult Apply(in Command command)
    {
        _command.ResetWrittenCount();
        CommandCodec.Encode(command, _command);
        Assert.Equal(CommandCodec.SizeOf(command), _command.WrittenCount);
        _time = Math.Max(_time, command.StampMs);
        ApplyResult result = default;
        _keyspace.Apply(_command.WrittenSpan, ref result);
        return result;
    }

    private static bool IsMet(DeadlineConditions conditions, ulong current, ulong wanted) =>
        (!conditions.HasFlag(DeadlineConditions.Lasting) || current == 0)
        && (!conditions.HasFlag(DeadlineConditions.Expiring) || current != 0)
        && (!conditions.HasFlag(DeadlineConditions.Later) || (current != 0 && (wanted == 0 || wanted > current)))
        && (!conditions.HasFlag(DeadlineConditions.Earlier) || (wanted != 0 && (current == 0 || wanted < current)));

    private static string Show(byte[] key, Entry entry) => $"{Convert.ToHexString(key)} {entry.Value.Length} @{entry.Revision} !{entry.Deadline}";

    private static string Show(Pair pair) => $"{Convert.ToHexString(pair.Key)} {pair.Value.Length} @{pair.Revision} !{pair.Deadline}";

    private sealed record Entry(byte[] Value, ulong Revision, ulong Deadline);
}
