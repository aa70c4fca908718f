using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// The snapshots of a data directory: the newest one of each group, and those being written or still being read. Only the
/// engine's thread calls it; the disk is touched at <see cref="Recover"/> and in the work that it hands out, for the bulk lane.
/// </summary>
public sealed class SnapshotStore
{
    /// <summary>More than any header has, and what file systems round up to.</summary>
    private const int LargestHeaderBytes = 4096;

    private readonly Incarnation _incarnation;
    private readonly Dictionary<GroupId, StoredSnapshot> _newest;
    private readonly Dictionary<GroupId, List<string>> _damaged;
    private readonly Dictionary<(GroupId Group, SnapshotId Id), SnapshotWriter> _unfinished = [];
    private readonly HashSet<StoredSnapshot> _superseded = [];
    private readonly Queue<DiskWork> _upkeep = new();
    private ulong _lastSerial;

    internal SnapshotStore(
        Incarnation incarnation,
        Dictionary<GroupId, StoredSnapshot> newest,
        Dictionary<GroupId, List<string>> damaged,
        ulong lastSerial)
    {
        _incarnation = incarnation;
        _newest = newest;
        _damaged = damaged;
        _lastSerial = lastSerial;
    }

    /// <summary>Opens the store while the node starts: removes what was left unfinished, and gives the newest snapshot of each group to the visitor.</summary>
    /// <exception cref="DiskException">The disk failed.</exception>
    public static RecoveredSnapshots Recover(IDisk disk, Incarnation incarnation, ISnapshotVisitor visitor) =>
        new SnapshotRecovery(disk, incarnation, visitor).Run();

    /// <summary>The newest durable snapshot of a group, or null.</summary>
    public SnapshotInfo? Newest(GroupId group) => _newest.GetValueOrDefault(group)?.Info;

    /// <summary>Begins to write a snapshot, newer than the group's newest, of which none is unfinished under that id.</summary>
    public SnapshotWriter Begin(GroupId group, SnapshotId id, ReadOnlySpan<byte> meta)
    {
        Invariant.Require(Newest(group) is not { } newest || id.Index > newest.Id.Index, $"a new snapshot of group {group} is newer than its newest");
        Invariant.Require(!_unfinished.ContainsKey((group, id)), $"snapshot {id} of group {group} is written once at a time");
        byte[] header = SnapshotHeader.Encode(_incarnation, group, id, meta);
        var output = new SnapshotOutput(SnapshotFormat.Name(group, id, ++_lastSerial), header);
        var writer = new SnapshotWriter(this, output, group, id, meta.ToArray());
        _unfinished.Add((group, id), writer);
        return writer;
    }

    /// <summary>The unfinished snapshot of that id, to go on with at its <see cref="SnapshotWriter.Length"/>; or null.</summary>
    public SnapshotWriter? Unfinished(GroupId group, SnapshotId id) => _unfinished.GetValueOrDefault((group, id));

    /// <summary>
    /// Takes back a <see cref="SnapshotWriter.Finish"/> that has run. True when the snapshot is now the group's newest; false
    /// when it failed (abandon it), when a newer one came first, or when the group was removed meanwhile.
    /// </summary>
    public bool Complete(SnapshotFinish finish)
    {
        SnapshotWriter writer = finish.Writer;
        if (finish.Failure is not null)
        {
            return false;
        }

        if (!Drop(writer) || (Newest(writer.Group) is { } newest && newest.Id.Index >= writer.Id.Index))
        {
            Delete(writer.FinalName);
            return false;
        }

        Supersede(writer.Group);
        byte[] header = SnapshotHeader.Encode(_incarnation, writer.Group, writer.Id, writer.Meta.Span);
        _newest[writer.Group] = new StoredSnapshot(
            writer.FinalName,
            new SnapshotHeader(_incarnation, writer.Group, writer.Id, writer.Meta.ToArray(), SnapshotHeader.ChecksumOf(header)),
            writer.Length);
        return true;
    }

    /// <summary>Starts to read the group's newest snapshot, which stays until the reader is closed; null when there is none.</summary>
    public SnapshotReader? OpenNewest(GroupId group)
    {
        if (!_newest.TryGetValue(group, out StoredSnapshot? stored))
        {
            return null;
        }

        stored.Readers++;
        return new SnapshotReader(this, stored);
    }

    /// <summary>
    /// Lets go of all snapshots of a group, damaged and unfinished ones included: its replica was removed or is to be
    /// rebuilt. They are gone for good when the work of <see cref="TakeUpkeep"/> has run.
    /// </summary>
    public void Remove(GroupId group)
    {
        Supersede(group);
        foreach (SnapshotWriter writer in _unfinished.Values.Where(writer => writer.Group == group).ToList())
        {
            _upkeep.Enqueue(writer.Abandon());
        }
    }

    /// <summary>Work that deletes what nobody needs any more; null when there is nothing to do. It need not be given back.</summary>
    public DiskWork? TakeUpkeep() => _upkeep.TryDequeue(out DiskWork? work) ? work : null;

    /// <summary>The bytes of all durable snapshots, replaced ones included while they are read.</summary>
    public long TotalBytes => _newest.Values.Sum(stored => stored.FileBytes) + _superseded.Sum(stored => stored.FileBytes);

    /// <summary>The bytes of the file of a group's newest snapshot; zero when there is none.</summary>
    public long StoredBytes(GroupId group) => _newest.TryGetValue(group, out StoredSnapshot? stored) ? stored.FileBytes : 0;

    /// <summary>The most bytes that the file of a snapshot takes on the disk whose payload has that many.</summary>
    public static long FileBytesFor(long payload) => SnapshotFormat.FileBytes(LargestHeaderBytes, payload);

    /// <summary>Forgets an unfinished snapshot; false when that has happened before.</summary>
    internal bool Drop(SnapshotWriter writer) =>
        Unfinished(writer.Group, writer.Id) == writer && _unfinished.Remove((writer.Group, writer.Id));

    internal void CloseReader(StoredSnapshot stored)
    {
        stored.Readers--;
        DeleteIfUnneeded(stored);
    }

    private void Supersede(GroupId group)
    {
        if (_newest.Remove(group, out StoredSnapshot? older))
        {
            older.Superseded = true;
            _superseded.Add(older);
            DeleteIfUnneeded(older);
        }

        if (_damaged.Remove(group, out List<string>? damaged))
        {
            damaged.ForEach(Delete);
        }
    }

    private void DeleteIfUnneeded(StoredSnapshot stored)
    {
        if (stored is { Superseded: true, Readers: 0 } && _superseded.Remove(stored))
        {
            Delete(stored.Name);
        }
    }

    private void Delete(string name) => _upkeep.Enqueue(new SnapshotDeletion(name));
}
