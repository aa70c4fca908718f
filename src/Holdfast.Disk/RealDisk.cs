using System.Runtime.InteropServices;
using Holdfast.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Disk;

/// <summary>A data directory on a real disk, held exclusively from creation to disposal. Several threads may use it at once, one a file.</summary>
public sealed class RealDisk : IDisk, IDisposable
{
    /// <summary>The file whose lock says that a process holds the directory. It stays when the process ends; the lock does not.</summary>
    private const string LockName = "lock";

    /// <summary>The error number of a lock that another process holds.</summary>
    private const int WouldBlock = 11;

    private readonly string _root;
    private readonly bool _sync;
    private readonly SafeFileHandle _lock;

    /// <summary>Takes hold of a directory, which is made when it is not there. With <paramref name="sync"/> false, syncs do nothing.</summary>
    /// <exception cref="DiskException">Another process holds it (<see cref="DiskFault.Locked"/>), or the disk failed.</exception>
    public RealDisk(string directory, bool sync = true)
    {
        _root = Path.GetFullPath(directory);
        _sync = sync;
        EnsureFolder(_root);
        _lock = TakeLock();
    }

    /// <inheritdoc/>
    public long FreeBytes => Guard("free space of", _root, () => new DriveInfo(_root).AvailableFreeSpace);

    /// <summary>The size of the file system that the directory is on, in bytes.</summary>
    /// <exception cref="DiskException">It can't be told.</exception>
    public long TotalBytes => Guard("size of", _root, () => new DriveInfo(_root).TotalSize);

    /// <inheritdoc/>
    public IDiskFile Create(string name, long allocate = 0)
    {
        string path = PathOf(name);
        EnsureFolder(Path.GetDirectoryName(path)!);
        RealFile file = Guard("create", path, () => new RealFile(File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete), path, _sync));
        if (allocate > 0)
        {
            try
            {
                file.Allocate(allocate);
            }
            catch (DiskException)
            {
                // A file without its space would only be in the way of the next attempt.
                file.Dispose();
                Delete(name);
                throw;
            }
        }

        return file;
    }

    /// <inheritdoc/>
    public IDiskFile Open(string name)
    {
        string path = PathOf(name);
        return Guard("open", path, () => new RealFile(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete), path, _sync));
    }

    /// <inheritdoc/>
    public bool Exists(string name) => File.Exists(PathOf(name));

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder)
    {
        string path = PathOf(folder);
        return Guard<IReadOnlyList<string>>("list", path, () => Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file)).Where(name => folder.Length > 0 || name != LockName).Order(StringComparer.Ordinal)]
            : []);
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        string path = PathOf(to);
        EnsureFolder(Path.GetDirectoryName(path)!);
        Guard("rename", PathOf(from), () => File.Move(PathOf(from), path, overwrite: true));
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        string path = PathOf(name);
        Guard("delete", path, () =>
        {
            try
            {
                File.Delete(path);
            }
            catch (DirectoryNotFoundException)
            {
                // No folder, no file: nothing to do.
            }
        });
    }

    /// <inheritdoc/>
    public void SyncFolder(string folder)
    {
        if (_sync)
        {
            SyncFolderAt(PathOf(folder));
        }
    }

    /// <summary>Lets go of the directory.</summary>
    public void Dispose() => _lock.Dispose();

    private SafeFileHandle TakeLock()
    {
        string path = Path.Combine(_root, LockName);
        try
        {
            // On Unix this sharing mode is an exclusive flock that does not wait, and that ends with the process however it ends.
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error.HResult == WouldBlock || OperatingSystem.IsWindows())
        {
            throw new DiskException(DiskFault.Locked, $"the data directory {_root} is in use by another process", error);
        }
        catch (Exception error) when (DiskFailure.IsDisk(error))
        {
            throw DiskFailure.From(error, "lock", path);
        }
    }

    /// <summary>Makes a folder and those above it, each durable in its parent, which a crash could otherwise forget with all that is in it.</summary>
    private void EnsureFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { } parent)
        {
            EnsureFolder(parent);
            Guard("create folder", path, () => Directory.CreateDirectory(path));
            if (_sync)
            {
                SyncFolderAt(parent);
            }
        }
    }

    private static void SyncFolderAt(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using SafeFileHandle folder = NativeMethods.Open(path, NativeMethods.ReadOnly | NativeMethods.CloseOnExec);
        int opened = folder.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
        if (opened == NativeMethods.NoEntry)
        {
            return;
        }

        if (opened != 0)
        {
            throw DiskFailure.From(opened, "open folder", path);
        }

        if (NativeMethods.FSync(folder) != 0)
        {
            throw DiskFailure.From(Marshal.GetLastPInvokeError(), "sync folder", path);
        }
    }

    private string PathOf(string name) => name.Length == 0 ? _root : Path.Combine(_root, name);

    private static void Guard(string operation, string path, Action action) => Guard(operation, path, () =>
    {
        action();
        return true;
    });

    private static T Guard<T>(string operation, string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (DiskFailure.IsDisk(error))
        {
            throw DiskFailure.From(error, operation, path);
        }
    }
}
