using System.Text;
using Holdfast.Primitives;

namespace Holdfast.Resp.Commands;

/// <summary>Finds commands by name without regard to case: a hash table over the folded bytes of short names, built once.</summary>
internal sealed class CommandIndex
{
    private const int MaxNameBytes = 16;

    private readonly (UInt128 Key, CommandSpec? Spec)[] _buckets;

    /// <summary>An index over commands with names of their own.</summary>
    public CommandIndex(IReadOnlyList<CommandSpec> specs)
    {
        int size = 16;
        while (size < specs.Count * 4)
        {
            size *= 2;
        }

        _buckets = new (UInt128, CommandSpec?)[size];
        foreach (CommandSpec spec in specs)
        {
            Invariant.Require(Fold(Encoding.ASCII.GetBytes(spec.Name), out UInt128 key), "a command's name is short");
            int bucket = Bucket(key);
            while (_buckets[bucket].Spec is not null)
            {
                Invariant.Require(_buckets[bucket].Key != key, "a command stands in the table once");
                bucket = (bucket + 1) % _buckets.Length;
            }

            _buckets[bucket] = (key, spec);
        }
    }

    /// <summary>The command of that name; null when there is none.</summary>
    public CommandSpec? Find(ReadOnlySpan<byte> name)
    {
        if (!Fold(name, out UInt128 key))
        {
            return null;
        }

        int bucket = Bucket(key);
        while (_buckets[bucket].Spec is { } spec)
        {
            if (_buckets[bucket].Key == key)
            {
                return spec;
            }

            bucket = (bucket + 1) & (_buckets.Length - 1);
        }

        return null;
    }

    private static bool Fold(ReadOnlySpan<byte> name, out UInt128 key)
    {
        ulong low = 0;
        ulong high = 0;
        key = default;
        if (name.Length is 0 or > MaxNameBytes)
        {
            return false;
        }

        foreach (byte b in name)
        {
            // A zero would not show in the folded number.
            if (b == 0)
            {
                return false;
            }

            high = (high << 8) | (low >> 56);
            low = (low << 8) | (uint)((uint)(b - 'A') <= 'Z' - 'A' ? b | 0x20 : b);
        }

        key = new UInt128(high, low);
        return true;
    }

    private int Bucket(UInt128 key)
    {
        ulong mixed = ((ulong)key ^ (ulong)(key >> 64)) * 0x9E3779B97F4A7C15;
        return (int)(mixed >> 40) & (_buckets.Length - 1);
    }
}
