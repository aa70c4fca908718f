using System.Text;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Support;

/// <summary>The plainest key-value store that obeys the same rules: what the real one is compared with.</summary>
internal sealed class Model
{
    public SortedDictionary<byte[], Entry> Entries { get; } = new(ByteOrder.Instance);

    public ulong Revision { get; private set; }

    public int MaxValueBytes { get; init; } = 16 << 20;

    public void Put(Slot slot, byte[] key, byte[] value, ulong deadline) => Entries[key] = new(slot, ++Revision, deadline, value);

    public void Append(Slot slot, byte[] key, byte[] value)
    {
        Entry before = Entries.GetValueOrDefault(key) ?? new(slot, 0, 0, []);
        Put(slot, key, [.. before.Value, .. value], before.Deadline);
    }

    public bool Delete(byte[] key)
    {
        bool deleted = Entries.Remove(key);
        Revision += deleted ? 1UL : 0;
        return deleted;
    }

    /// <summary>Null when the value is not an integer or the sum does not fit.</summary>
    public long? Increment(Slot slot, byte[] key, long by)
    {
        Entry before = Entries.GetValueOrDefault(key) ?? new(slot, 0, 0, "0"u8.ToArray());
        string text = Encoding.Latin1.GetString(before.Value);
        if (!long.TryParse(text, out long number) || number.ToString() != text)
        {
            return null;
        }

        Int128 sum = (Int128)number + by;
        if (sum > long.MaxValue || sum < long.MinValue)
        {
            return null;
        }

        Put(slot, key, Encoding.ASCII.GetBytes(sum.ToString()), before.Deadline);
        return (long)sum;
    }

    public int Clear(byte[] start, byte[] end, ulong bound)
    {
        byte[][] doomed = [.. Range(start, end).Where(pair => pair.Value.Revision <= bound).Select(pair => pair.Key)];
        foreach (byte[] key in doomed)
        {
            Entries.Remove(key);
        }

        Revision += doomed.Length > 0 ? 1UL : 0;
        return doomed.Length;
    }

    public IEnumerable<KeyValuePair<byte[], Entry>> Range(byte[] start, byte[] end) => Entries.Where(
        pair => pair.Key.AsSpan().SequenceCompareTo(start) >= 0 && (end.Length == 0 || pair.Key.AsSpan().SequenceCompareTo(end) < 0));

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
