namespace Holdfast.Primitives;

/// <summary>
/// A node's data directory, as the storage room sees it. Names are relative, with <c>/</c> between folders; folders are made
/// as needed. Calls block, so they are made from a <see cref="DiskWork"/>, or while the node starts. One thread at a time
/// uses a file; different files may be used at once. Every failure is a <see cref="DiskException"/>.
/// </summary>
public interface IDisk
{
    /// <summary>The bytes that could still be written.</summary>
    long FreeBytes { get; }

    /// <summary>Creates a file that must not exist, with that many zero bytes allocated on the disk, and opens it.</summary>
    IDiskFile Create(string name, long allocate = 0);

    /// <summary>Opens a file that must exist, for reading and writing.</summary>
    IDiskFile Open(string name);

    /// <summary>Whether there is a file of that name.</summary>
    bool Exists(string name);

    /// <summary>The names of the files directly in a folder, in ordinal order, without the folder; none when it is not there.</summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>Renames atomically, replacing what had the new name. Durable after <see cref="SyncFolder"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file; nothing happens when there is none. Durable after <see cref="SyncFolder"/>.</summary>
    void Delete(string name);

    /// <summary>Makes creations, renames and removals in a folder durable. The empty name is the data directory itself.</summary>
    void SyncFolder(string folder);
}

/// <summary>An open file of an <see cref="IDisk"/>.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>The file's size in bytes, allocated zeros included.</summary>
    long Length { get; }

    /// <summary>Writes all of <paramref name="data"/> at an offset. Durable after <see cref="Sync"/>.</summary>
    void Write(long offset, ReadOnlySpan<byte> data);

    /// <summary>
    /// As <see cref="Write"/>, for bytes that are written once, from front to back, and rarely read: they need not pass through the
    /// system's cache. What stood behind them in the same 4 KiB may become zeros.
    /// </summary>
    void WriteAround(long offset, ReadOnlySpan<byte> data) => Write(offset, data);

    /// <summary>
    /// Writes the zeros that were only allocated, where a file system notes the first write of each block, which would make a sync wait for
    /// its journal. The file holds the same before and after.
    /// </summary>
    void Prewrite()
    {
    }

    /// <summary>Reads up to the span's length at an offset; fewer bytes only at the end of the file.</summary>
    int Read(long offset, Span<byte> buffer);

    /// <summary>Cuts or extends the file to a length.</summary>
    void SetLength(long length);

    /// <summary>
    /// Makes what was written durable (fdatasync). A failure is final: the caller must never call it again for these bytes,
    /// since the kernel may have dropped them (LESSONS: a retried fsync lies).
    /// </summary>
    void Sync();
}

/// <summary>What is wrong with the disk.</summary>
public enum DiskFault
{
    /// <summary>There is no space left.</summary>
    Full,

    /// <summary>A read, a write or a sync failed.</summary>
    Failed,

    /// <summary>Another process holds the data directory.</summary>
    Locked,
}

/// <summary>The disk refused an operation. The message names the file and the operation.</summary>
public sealed class DiskException(DiskFault fault, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>What is wrong.</summary>
    public DiskFault Fault { get; } = fault;
}
