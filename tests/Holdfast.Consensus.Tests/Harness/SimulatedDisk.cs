using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Harness;

/// <summary>What one replica's disk holds, and the writes that are under way.</summary>
internal sealed class SimulatedDisk(Configuration initial)
{
    private readonly Queue<Write> _underway = new();
    private EntryId _base;

    public HardState HardState { get; private set; }

    public List<Entry> Log { get; } = [];

    public StoredSnapshot Snapshot { get; private set; } = new(new SnapshotMeta(default, initial), new byte[sizeof(ulong)]);

    public int Underway => _underway.Count;

    public void Begin(Ready ready)
    {
        if (ready.Token is { } token)
        {
            Entry[] entries = [.. ready.Entries.ToArray().Select(Copies.Of)];
            _underway.Enqueue(new Write(token, ready.HardState, ready.InstallSnapshot, entries));
        }
    }

    /// <summary>Makes the oldest write durable.</summary>
    public PersistToken CompleteOne()
    {
        Write write = _underway.Dequeue();
        HardState = write.HardState ?? HardState;
        if (write.Install is { } meta)
        {
            _base = meta.Id;
            Log.Clear();
        }

        if (write.Entries.Length > 0)
        {
            int keep = (int)(write.Entries[0].Id.Index.Value - _base.Index.Value) - 1;
            Assert.InRange(keep, 0, Log.Count);
            Log.RemoveRange(keep, Log.Count - keep);
            Log.AddRange(write.Entries);
        }

        return write.Token;
    }

    public void Store(StoredSnapshot snapshot) => Snapshot = snapshot;

    /// <summary>Power is lost, and with it all but the first writes under way.</summary>
    public RestoredState Crash(int survivors)
    {
        for (int i = 0; i < survivors; i++)
        {
            CompleteOne();
        }

        _underway.Clear();
        EntryId start = Snapshot.Meta.Id;
        bool holds = start == _base || Log.Exists(entry => entry.Id == start);
        Log.RemoveAll(entry => !holds || entry.Id.Index <= start.Index);
        _base = start;
        return new RestoredState(HardState, Snapshot.Meta, [.. Log], start.Index);
    }

    /// <summary>Whether this disk would bring back everything up to <paramref name="id"/>.</summary>
    public bool Holds(EntryId id) => id.Index <= Snapshot.Meta.Id.Index || Log.Exists(entry => entry.Id == id);

    private sealed record Write(PersistToken Token, HardState? HardState, SnapshotMeta? Install, Entry[] Entries);
}

internal sealed record StoredSnapshot(SnapshotMeta Meta, byte[] Bytes);

internal static class Copies
{
    public static Entry Of(Entry entry) => entry with { Data = entry.Data.ToArray() };

    public static Message Of(in Message message) => message with
    {
        Entries = message.Entries.ToArray().Select(Of).ToArray(),
        Data = message.Data.ToArray(),
    };
}
