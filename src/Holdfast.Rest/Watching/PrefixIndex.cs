using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Rest.Watching;

/// <summary>
/// Who watches which prefix. Finding those that a key concerns takes one look-up for each distinct length of a prefix, however many watchers
/// there are. Used by one thread.
/// </summary>
internal sealed class PrefixIndex
{
    private readonly Dictionary<byte[], HashSet<WatchQueue>> _byPrefix = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], HashSet<WatchQueue>>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly SortedDictionary<int, int> _prefixesOfLength = [];

    /// <summary>An empty index.</summary>
    public PrefixIndex() => _lookup = _byPrefix.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Adds one that is not there.</summary>
    public void Add(WatchQueue queue)
    {
        if (!_byPrefix.TryGetValue(queue.Prefix, out HashSet<WatchQueue>? queues))
        {
            queues = [];
            _byPrefix.Add(queue.Prefix, queues);
            _prefixesOfLength[queue.Prefix.Length] = _prefixesOfLength.GetValueOrDefault(queue.Prefix.Length) + 1;
        }

        queues.Add(queue);
    }

    /// <summary>Removes one; false when it is not there.</summary>
    public bool Remove(WatchQueue queue)
    {
        if (!_byPrefix.TryGetValue(queue.Prefix, out HashSet<WatchQueue>? queues) || !queues.Remove(queue))
        {
            return false;
        }

        if (queues.Count == 0)
        {
            _byPrefix.Remove(queue.Prefix);
            if (--_prefixesOfLength[queue.Prefix.Length] == 0)
            {
                _prefixesOfLength.Remove(queue.Prefix.Length);
            }
        }

        return true;
    }

    /// <summary>Adds to <paramref name="found"/> those whose prefix a key begins with.</summary>
    public void Find(ReadOnlySpan<byte> key, List<WatchQueue> found)
    {
        foreach (int length in _prefixesOfLength.Keys)
        {
            if (length > key.Length)
            {
                return;
            }

            if (_lookup.TryGetValue(key[..length], out HashSet<WatchQueue>? queues))
            {
                found.AddRange(queues);
            }
        }
    }

    /// <summary>Adds all to <paramref name="found"/>.</summary>
    public void FindAll(List<WatchQueue> found)
    {
        foreach (HashSet<WatchQueue> queues in _byPrefix.Values)
        {
            found.AddRange(queues);
        }
    }

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly BytesComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            // Seeded anew in each process: keys are the clients' choice.
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}
