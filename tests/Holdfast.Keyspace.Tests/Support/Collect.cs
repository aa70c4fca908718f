using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Support;

/// <summary>A pair copied out of a keyspace.</summary>
internal sealed record Pair(Slot Slot, byte[] Key, ulong Revision, ulong Deadline, byte[] Value);

/// <summary>A visitor that keeps all it is given.</summary>
internal readonly struct Collector() : IPairVisitor
{
    public List<Pair> Pairs { get; } = [];

    public void Visit(PairView pair) => Pairs.Add(
        new(pair.Slot, pair.Key.ToArray(), pair.Entry.Revision.Value, pair.Entry.DeadlineMs, pair.Entry.Value.ToArray()));
}

/// <summary>Short ways to all of what a keyspace holds.</summary>
internal static class Collect
{
    public static readonly KeyspaceOptions Options = new() { HashSeed = 42 };

    /// <summary>For what is told of keys, sessions and their memory alone.</summary>
    public static readonly KeyspaceOptions NoHistory = Options with { MaxHistoryBytes = 0 };

    public static List<Pair> ListAll(this Keyspace keyspace)
    {
        var collector = new Collector();
        ListResult result = keyspace.List(new ListQuery(), ref collector);
        Assert.False(result.More);
        Assert.Equal(collector.Pairs.Count, result.Count);
        return collector.Pairs;
    }

    /// <summary>The changes after a revision, in pages of so many bytes.</summary>
    public static List<Told> ChangesAfter(this Keyspace keyspace, ulong revision, byte[]? prefix = null, long maxBytes = long.MaxValue)
    {
        var collector = new ChangeCollector();
        var result = new ChangesResult(new Revision(revision), More: true, HasGap: false);
        while (result.More)
        {
            result = keyspace.ReadChanges(new ChangeQuery { After = result.Through, Prefix = prefix, MaxBytes = maxBytes }, ref collector);
            Assert.False(result.HasGap);
        }

        Assert.Equal(keyspace.Revision, result.Through);
        return collector.Changes;
    }

    public static List<Pair> ScanAll(this Keyspace keyspace, int count)
    {
        var collector = new Collector();
        ScanCursor cursor = ScanCursor.Zero;
        do
        {
            cursor = keyspace.Scan(cursor, ScanCursor.End, count, ref collector);
        }
        while (cursor != ScanCursor.Zero);
        return collector.Pairs;
    }

    public static byte[] SnapshotAll(this Keyspace keyspace)
    {
        var output = new ArrayBufferWriter<byte>();
        using SnapshotWalk walk = keyspace.BeginSnapshot();
        while (!walk.Step(1 << 20, output))
        {
        }

        return output.WrittenSpan.ToArray();
    }

    public static Keyspace Load(KeyspaceArena arena, ReadOnlySpan<byte> snapshot, KeyspaceOptions? options = null)
    {
        using var loader = new KeyspaceLoader(arena, options ?? Options);
        loader.Feed(snapshot);
        return loader.Complete();
    }

    public static ApplyStatus Put(this Keyspace keyspace, Slot slot, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Expiry expiry = default)
    {
        ApplyResult result = default;
        keyspace.Apply(Command.Put(slot, key, value, expiry: expiry), ref result);
        return result.Status;
    }

    public static ApplyStatus Delete(this Keyspace keyspace, Slot slot, ReadOnlySpan<byte> key)
    {
        ApplyResult result = default;
        keyspace.Apply(Command.Delete(slot, key), ref result);
        return result.Status;
    }
}
