using System.Text;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Support;

/// <summary>The plainest key-value store that obeys the same rules: what the real one is compared with.</summary>
internal sealed class Model
{
    /// <summary>All that is stored, past its deadline or not.</summary>
    public SortedDictionary<byte[], Entry> Entries { get; private init; } = new(ByteOrder.Instance);

    public ulong Revision { get; private set; }

    /// <summary>Every change there ever was.</summary>
    public List<Told> Changes { get; private init; } = [];

    public ulong Time { get; private set; }

    public IEnumerable<KeyValuePair<byte[], Entry>> Live => Entries.Where(pair => !IsPast(pair.Value));

    public ulong NextDeadline => Entries.Values.Select(entry => entry.Deadline).Where(deadline => deadline != 0).DefaultIfEmpty().Min();

    public Model Clone() => new()
    {
        Entries = new(Entries, ByteOrder.Instance),
        Revision = Revision,
        Time = Time,
        Changes = [.. Changes],
    };

    public void Stamp(ulong time) => Time = Math.Max(Time, time);

    public Entry? Find(byte[] key) => Entries.TryGetValue(key, out Entry? entry) && !IsPast(entry) ? entry : null;

    public int MaxValueBytes { get; init; } = 16 << 20;

    public ulong DeadlineOf(Expiry expiry, Entry? before) => expiry.Kind switch
    {
        ExpiryKind.At => expiry.Ms,
        ExpiryKind.After => Time + expiry.Ms,
        ExpiryKind.Keep => before?.Deadline ?? 0,
        _ => 0,
    };

    public void Put(Slot slot, byte[] key, byte[] value, Expiry expiry)
    {
        ulong deadline = DeadlineOf(expiry, Find(key));
        if (expiry.Kind is ExpiryKind.At or ExpiryKind.After && deadline <= Time)
        {
            Delete(key);
        }
        else
        {
            if (Entries.TryGetValue(key, out Entry? stored) && IsPast(stored))
            {
                Tell(ChangeKind.Expire, ++Revision, key);
            }

            Entries[key] = new(slot, ++Revision, deadline, value);
            Changes.Add(new(ChangeKind.Put, Revision, deadline, key, value));
        }
    }

    /// <summary>Null when there is no such key; else whether the condition was met.</summary>
    public bool? Expire(byte[] key, Expiry expiry, DeadlineCondition condition)
    {
        if (Find(key) is not { } entry)
        {
            return null;
        }

        // As Redis 7.0 does it: no deadline counts as infinitely late.
        ulong next = DeadlineOf(expiry, entry);
        bool refused = (condition.HasFlag(DeadlineCondition.IfUnset) && entry.Deadline != 0)
            || (condition.HasFlag(DeadlineCondition.IfSet) && entry.Deadline == 0)
            || (condition.HasFlag(DeadlineCondition.IfLater) && (entry.Deadline == 0 || next <= entry.Deadline))
            || (condition.HasFlag(DeadlineCondition.IfEarlier) && entry.Deadline != 0 && next >= entry.Deadline);
        if (refused)
        {
            return false;
        }

        if (expiry.Kind != ExpiryKind.None || entry.Deadline != 0)
        {
            Put(entry.Slot, key, entry.Value, expiry);
        }

        return true;
    }

    public int Advance(int limit)
    {
        byte[][] doomed =
        [
            .. Entries.Where(pair => IsPast(pair.Value)).OrderBy(pair => pair.Value.Deadline).ThenBy(pair => pair.Key, ByteOrder.Instance)
                .Select(pair => pair.Key).Take(limit),
        ];
        foreach (byte[] key in doomed)
        {
            Entries.Remove(key);
            Tell(ChangeKind.Expire, ++Revision, key);
        }

        return doomed.Length;
    }

    public void Append(Slot slot, byte[] key, byte[] value)
    {
        Put(slot, key, [.. Find(key)?.Value ?? [], .. value], Expiry.Keep);
    }

    public bool Delete(byte[] key)
    {
        bool deleted = Find(key) is not null && Entries.Remove(key);
        if (deleted)
        {
            Tell(ChangeKind.Delete, ++Revision, key);
        }

        return deleted;
    }

    /// <summary>Null when the value is not an integer or the sum does not fit.</summary>
    public long? Increment(Slot slot, byte[] key, long by)
    {
        string text = Encoding.Latin1.GetString(Find(key)?.Value ?? "0"u8.ToArray());
        if (!long.TryParse(text, out long number) || number.ToString() != text)
        {
            return null;
        }

        Int128 sum = (Int128)number + by;
        if (sum > long.MaxValue || sum < long.MinValue)
        {
            return null;
        }

        Put(slot, key, Encoding.ASCII.GetBytes(sum.ToString()), Expiry.Keep);
        return (long)sum;
    }

    /// <summary>How many keys went whose deadline had not passed.</summary>
    public int Clear(byte[] start, byte[] end, ulong bound, bool revisionPerKey)
    {
        int live = Range(start, end).Count(pair => pair.Value.Revision <= bound && !IsPast(pair.Value));
        byte[][] doomed = [.. Range(start, end).Where(pair => pair.Value.Revision <= bound).Select(pair => pair.Key)];
        foreach (byte[] key in doomed)
        {
            Entries.Remove(key);
            Revision += revisionPerKey || key == doomed[0] ? 1UL : 0;
            Tell(ChangeKind.Delete, Revision, key);
        }

        return live;
    }

    public void Flush()
    {
        if (Entries.Count > 0)
        {
            Entries.Clear();
            Tell(ChangeKind.Flush, ++Revision, []);
        }
    }

    public bool IsPast(Entry entry) => entry.Deadline != 0 && entry.Deadline <= Time;

    public IEnumerable<KeyValuePair<byte[], Entry>> Range(byte[] start, byte[] end) => Entries.Where(
        pair => pair.Key.AsSpan().SequenceCompareTo(start) >= 0 && (end.Length == 0 || pair.Key.AsSpan().SequenceCompareTo(end) < 0));

    private void Tell(ChangeKind kind, ulong revision, byte[] key) => Changes.Add(new(kind, revision, 0, key, []));

    public sealed record Entry(Slot Slot, ulong Revision, ulong Deadline, byte[] Value);
}

/// <summary>Unsigned byte order, and equality by content.</summary>
internal sealed class ByteOrder : IComparer<byte[]>, IEqualityComparer<byte[]>
{
    public static readonly ByteOrder Instance = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj)
    {
        var hash = default(HashCode);
        hash.AddBytes(obj);
        return hash.ToHashCode();
    }
}
