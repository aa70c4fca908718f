using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>Opens a snapshot store: keeps the newest snapshot of each group, verified whole before its payload is given out.</summary>
internal sealed class SnapshotRecovery(IDisk disk, Incarnation incarnation, ISnapshotVisitor visitor)
{
    private readonly Dictionary<GroupId, StoredSnapshot> _newest = [];
    private readonly Dictionary<GroupId, List<string>> _damaged = [];

    public RecoveredSnapshots Run()
    {
        IReadOnlyList<string> names = disk.List(SnapshotFormat.Folder);
        List<Found> found = [.. names.Select(Parse).OfType<Found>()];
        List<Opened> opened = [.. found.Select(Open)];
        if (opened.Select(Refusal).FirstOrDefault(refusal => refusal is not null) is string refusal)
        {
            return new RecoveredSnapshots(Store: null, refusal);
        }

        // A name may be in memory only: before older files go, the newer one's must be durable.
        disk.SyncFolder(SnapshotFormat.Folder);
        foreach (string name in names.Where(name => name.EndsWith(SnapshotFormat.TemporaryExtension, StringComparison.Ordinal)))
        {
            disk.Delete($"{SnapshotFormat.Folder}/{name}");
        }

        foreach (IGrouping<GroupId, Opened> group in opened.GroupBy(item => item.File.Group).OrderBy(group => group.Key))
        {
            List<Opened> newestFirst = [.. group.OrderByDescending(item => item.File.Id.Index).ThenByDescending(item => item.File.Serial)];
            Take(group.Key, newestFirst);
        }

        disk.SyncFolder(SnapshotFormat.Folder);
        ulong lastSerial = found.Select(file => file.Serial).DefaultIfEmpty().Max();
        return new RecoveredSnapshots(new SnapshotStore(incarnation, _newest, _damaged, lastSerial), Refused: null);
    }

    private void Take(GroupId group, List<Opened> newestFirst)
    {
        Opened newest = newestFirst[0];
        if (Deliver(newest) is string damage)
        {
            // Its log may reach no further back than this snapshot, so an older one does not stand in for it.
            _damaged[group] = [.. newestFirst.Select(item => item.File.Path)];
            visitor.Damaged(group, newest.File.Id, damage);
            return;
        }

        foreach (Opened older in newestFirst.Skip(1))
        {
            disk.Delete(older.File.Path);
        }
    }

    /// <summary>Gives a snapshot to the visitor; returns what is damaged instead, before the visitor has seen anything of it.</summary>
    private string? Deliver(Opened snapshot)
    {
        string path = snapshot.File.Path;
        if (snapshot.Header is not { } header || header.Group != snapshot.File.Group || header.Id != snapshot.File.Id)
        {
            return $"the header of {path} does not verify";
        }

        using IDiskFile file = disk.Open(path);
        if (SnapshotInput.Open(file, path, header) is not { } input)
        {
            return $"the footer of {path} does not verify, or its length is wrong";
        }

        for (long block = 0; block < input.Blocks; block++)
        {
            if (!input.TryReadBlock(file, block, out _))
            {
                return $"block {block} of {path} does not verify";
            }
        }

        visitor.Begin(header.Group, header.Id, header.Meta, input.PayloadBytes);
        for (long block = 0; block < input.Blocks; block++)
        {
            if (!input.TryReadBlock(file, block, out ReadOnlySpan<byte> bytes))
            {
                throw new DiskException(DiskFault.Failed, $"block {block} of {path} changed while it was read");
            }

            visitor.Chunk(bytes);
        }

        visitor.End();
        _newest[header.Group] = new StoredSnapshot(path, header, input.PayloadBytes);
        return null;
    }

    private Opened Open(Found found)
    {
        using IDiskFile file = disk.Open(found.Path);
        SnapshotHeaderState state = SnapshotHeader.Read(file, incarnation, out SnapshotHeader? header);
        return new Opened(found, state, header);
    }

    private string? Refusal(Opened snapshot) => snapshot.State switch
    {
        SnapshotHeaderState.NewerVersion => $"{snapshot.File.Path} has a newer format than this program reads: start the newer program",
        SnapshotHeaderState.Foreign =>
            $"{snapshot.File.Path} belongs to data directory {snapshot.Header?.Incarnation}, not to {incarnation}: files of another directory were put here",
        _ => null,
    };

    private static Found? Parse(string name) =>
        SnapshotFormat.TryParseName(name, out GroupId group, out SnapshotId id, out ulong serial)
            ? new Found($"{SnapshotFormat.Folder}/{name}", group, id, serial)
            : null;

    private sealed record Found(string Path, GroupId Group, SnapshotId Id, ulong Serial);

    private sealed record Opened(Found File, SnapshotHeaderState State, SnapshotHeader? Header);
}
