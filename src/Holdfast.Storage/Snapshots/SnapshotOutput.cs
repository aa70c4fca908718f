using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// The file of a snapshot that is being written. It belongs to the bulk lane: only the work of a
/// <see cref="SnapshotWriter"/> touches it, in order.
/// </summary>
internal sealed class SnapshotOutput(string name, byte[] header)
{
    /// <summary>
    /// So much is synced at a time: one sync of a large file at its end would hold up the log's syncs on the same disk.
    /// </summary>
    private const int SyncEvery = 8 << 20;

    private readonly uint _checksum = SnapshotHeader.ChecksumOf(header);
    private readonly byte[] _block = new byte[SnapshotFormat.BlockBytes + SnapshotFormat.ChecksumBytes];
    private int _filled;
    private long _blocks;
    private long _unsynced;
    private long _payload;
    private IDiskFile? _file;
    private DiskException? _failure;

    /// <summary>The file's final name.</summary>
    public string FinalName => name + SnapshotFormat.Extension;

    private string TemporaryName => name + SnapshotFormat.TemporaryExtension;

    /// <summary>Does a step, unless an earlier one failed: a gap must never be taken for a whole.</summary>
    public void Do(IDisk disk, Action<IDisk> step)
    {
        if (_failure is not null)
        {
            throw new DiskException(_failure.Fault, $"{TemporaryName}: an earlier write of this snapshot failed: {_failure.Message}", _failure);
        }

        try
        {
            step(disk);
        }
        catch (DiskException failure)
        {
            _failure = failure;
            throw;
        }
    }

    public void Append(IDisk disk, ReadOnlySpan<byte> chunk)
    {
        EnsureOpen(disk);
        _payload += chunk.Length;
        while (!chunk.IsEmpty)
        {
            int count = Math.Min(chunk.Length, SnapshotFormat.BlockBytes - _filled);
            chunk[..count].CopyTo(_block.AsSpan(_filled));
            _filled += count;
            chunk = chunk[count..];
            if (_filled == SnapshotFormat.BlockBytes)
            {
                WriteBlock();
            }
        }
    }

    public void Finish(IDisk disk)
    {
        IDiskFile file = EnsureOpen(disk);
        if (_filled > 0)
        {
            WriteBlock();
        }

        Span<byte> footer = stackalloc byte[SnapshotFormat.FooterBytes];
        SnapshotFormat.WriteFooter(footer, _payload, _checksum);
        file.Write(SnapshotFormat.FileBytes(header.Length, _payload) - SnapshotFormat.FooterBytes, footer);
        file.Sync();
        Close();
        disk.Rename(TemporaryName, FinalName);
        disk.SyncFolder(SnapshotFormat.Folder);
    }

    public void Abandon(IDisk disk)
    {
        Close();
        _failure ??= new DiskException(DiskFault.Failed, $"{TemporaryName}: the snapshot was given up");
        disk.Delete(TemporaryName);
    }

    private void WriteBlock()
    {
        uint checksum = SnapshotFormat.BlockChecksum(_block.AsSpan(0, _filled), _blocks, _checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(_filled), checksum);
        int bytes = _filled + SnapshotFormat.ChecksumBytes;
        _file!.Write(SnapshotFormat.BlockOffset(header.Length, _blocks), _block.AsSpan(0, bytes));
        _blocks++;
        _filled = 0;
        _unsynced += bytes;
        if (_unsynced >= SyncEvery)
        {
            _file.Sync();
            _unsynced = 0;
        }
    }

    private IDiskFile EnsureOpen(IDisk disk)
    {
        if (_file is null)
        {
            _file = disk.Create(TemporaryName);
            _file.Write(0, header);
        }

        return _file;
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
