using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>Deletes a file of the store. When it fails, the next start does it.</summary>
internal sealed class SnapshotDeletion(string name) : DiskWork
{
    public override void Execute(IDisk disk)
    {
        disk.Delete(name);
        disk.SyncFolder(SnapshotFormat.Folder);
    }
}
