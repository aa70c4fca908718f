using System.Runtime.InteropServices;
using Holdfast.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Disk;

/// <summary>An open file of a <see cref="RealDisk"/>.</summary>
internal sealed class RealFile(SafeFileHandle handle, string path, bool sync) : IDiskFile
{
    private const int PrewriteBytes = 256 << 10;

    private DirectWriter? _around;
    private bool _isAroundTried;

    /// <inheritdoc/>
    public long Length
    {
        get
        {
            try
            {
                return RandomAccess.GetLength(handle);
            }
            catch (Exception error) when (DiskFailure.IsDisk(error))
            {
                throw DiskFailure.From(error, "length of", path);
            }
        }
    }

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        try
        {
            RandomAccess.Write(handle, data, offset);
        }
        catch (Exception error) when (DiskFailure.IsDisk(error))
        {
            throw DiskFailure.From(error, "write", path);
        }
    }

    /// <inheritdoc/>
    public void WriteAround(long offset, ReadOnlySpan<byte> data)
    {
        try
        {
            if (!WritesAround() || !_around!.TryWrite(offset, data))
            {
                StopWritingAround();
                RandomAccess.Write(handle, data, offset);
            }
        }
        catch (Exception error) when (DiskFailure.IsDisk(error))
        {
            throw DiskFailure.From(error, "write", path);
        }
    }

    /// <inheritdoc/>
    public void Prewrite()
    {
        if (!sync)
        {
            return;
        }

        Span<byte> zeros = new byte[PrewriteBytes];
        long length = Length;
        for (long offset = 0; offset < length; offset += zeros.Length)
        {
            WriteAround(offset, zeros[..(int)Math.Min(zeros.Length, length - offset)]);
        }
    }

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> buffer)
    {
        try
        {
            int total = 0;
            while (total < buffer.Length)
            {
                int count = RandomAccess.Read(handle, buffer[total..], offset + total);
                if (count == 0)
                {
                    break;
                }

                total += count;
            }

            return total;
        }
        catch (Exception error) when (DiskFailure.IsDisk(error))
        {
            throw DiskFailure.From(error, "read", path);
        }
    }

    /// <inheritdoc/>
    public void SetLength(long length)
    {
        try
        {
            RandomAccess.SetLength(handle, length);
        }
        catch (Exception error) when (DiskFailure.IsDisk(error))
        {
            throw DiskFailure.From(error, "set length of", path);
        }
    }

    /// <inheritdoc/>
    public void Sync()
    {
        if (!sync)
        {
            return;
        }

        if (OperatingSystem.IsLinux())
        {
            if (NativeMethods.FDataSync(handle) != 0)
            {
                throw DiskFailure.From(Marshal.GetLastPInvokeError(), "sync", path);
            }

            return;
        }

        try
        {
            RandomAccess.FlushToDisk(handle);
        }
        catch (Exception error) when (DiskFailure.IsDisk(error))
        {
            throw DiskFailure.From(error, "sync", path);
        }
    }

    /// <summary>Gives a new file that many bytes of zeros, with their space on the disk where the file system can promise it.</summary>
    public void Allocate(long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            SetLength(bytes);
            return;
        }

        int error;
        do
        {
            error = NativeMethods.PosixFallocate(handle, 0, bytes);
        }
        while (error == NativeMethods.InterruptedCall);

        if (error is NativeMethods.NotSupported or NativeMethods.InvalidArgument)
        {
            SetLength(bytes);
        }
        else if (error != 0)
        {
            throw DiskFailure.From(error, $"allocate {bytes} bytes for", path);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _around?.Dispose();
        handle.Dispose();
    }

    // Where nothing is synced, the cache is what makes it fast.
    private bool WritesAround()
    {
        if (!_isAroundTried && sync)
        {
            _isAroundTried = true;
            _around = DirectWriter.TryOpen(handle, path);
        }

        return _around is not null;
    }

    private void StopWritingAround()
    {
        _around?.Dispose();
        _around = null;
    }
}
