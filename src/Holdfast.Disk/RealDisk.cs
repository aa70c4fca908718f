using Holdfast.Primitives;

namespace Holdfast.Disk;

/// <summary>A data directory on a real disk, held exclusively from creation to disposal. Several threads may use it at once, one a file.</summary>
public sealed class RealDisk : IDisk, IDisposable
{
    /// <summary>Takes hold of a directory, which is made when it is not there. With <paramref name="sync"/> false, syncs do nothing.</summary>
    /// <exception cref="DiskException">Another process holds it (<see cref="DiskFault.Locked"/>), or the disk failed.</exception>
    public RealDisk(string directory, bool sync = true) => throw new NotSupportedException();

    /// <inheritdoc/>
    public long FreeBytes => throw new NotSupportedException();

    /// <inheritdoc/>
    public IDiskFile Create(string name, long allocate = 0) => throw new NotSupportedException();

    /// <inheritdoc/>
    public IDiskFile Open(string name) => throw new NotSupportedException();

    /// <inheritdoc/>
    public bool Exists(string name) => throw new NotSupportedException();

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Rename(string from, string to) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Delete(string name) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void SyncFolder(string folder) => throw new NotSupportedException();

    /// <summary>Lets go of the directory.</summary>
    public void Dispose()
    {
    }
}
