namespace Holdfast.Storage;

/// <summary>A durable snapshot, and who needs its file.</summary>
internal sealed class StoredSnapshot(string name, SnapshotHeader header, long payload)
{
    public string Name => name;

    public SnapshotInfo Info { get; } = new(header.Group, header.Id, header.Meta, payload);

    public long FileBytes { get; } = SnapshotFormat.FileBytes(header.PayloadStart, payload);

    public int Readers { get; set; }

    /// <summary>Whether a newer one has taken its place, so that it goes with its last reader.</summary>
    public bool Superseded { get; set; }

    /// <summary>A way to read it with buffers of its own.</summary>
    public SnapshotInput NewInput() => new(name, header, payload);
}
