using System.Buffers;
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

    /// <summary>So much is written at a time.</summary>
    private const int WriteBytes = 256 << 10;

    private readonly uint _checksum = SnapshotHeader.ChecksumOf(header);

    // What is not written yet: whole blocks up to _block, and _filled bytes of the next one. Rented while the file is open.
    private byte[] _pending = [];
    private int _block;
    private int _filled;
    private long _written;
    private long _blocks;
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
            chunk[..count].CopyTo(_pending.AsSpan(_block + _filled));
            _filled += count;
            chunk = chunk[count..];
            if (_filled == SnapshotFormat.BlockBytes)
            {
                EndBlock();
                WritePending();
            }
        }
    }

    public void Finish(IDisk disk)
    {
        IDiskFile file = EnsureOpen(disk);
        if (_filled > 0)
        {
            EndBlock();
        }

        SnapshotFormat.WriteFooter(_pending.AsSpan(_block, SnapshotFormat.FooterBytes), _payload, _checksum);
        file.WriteAround(_written, _pending.AsSpan(0, _block + SnapshotFormat.FooterBytes));
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

    private void EndBlock()
    {
        uint checksum = SnapshotFormat.BlockChecksum(_pending.AsSpan(_block, _filled), _blocks, _checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(_pending.AsSpan(_block + _filled), checksum);
        _block += _filled + SnapshotFormat.ChecksumBytes;
        _blocks++;
        _filled = 0;
    }

    // In whole pages, so that each is written once.
    private void WritePending()
    {
        if (_block < WriteBytes)
        {
            return;
        }

        _file!.WriteAround(_written, _pending.AsSpan(0, WriteBytes));
        _written += WriteBytes;
        _block -= WriteBytes;
        _pending.AsSpan(WriteBytes, _block).CopyTo(_pending);
        if (_written % SyncEvery == 0)
        {
            _file.Sync();
        }
    }

    private IDiskFile EnsureOpen(IDisk disk)
    {
        if (_file is null)
        {
            _file = disk.Create(TemporaryName);
            _pending = ArrayPool<byte>.Shared.Rent(header.Length + WriteBytes + (2 * SnapshotFormat.BlockBytes));
            header.CopyTo(_pending, 0);
            _block = header.Length;
        }

        return _file;
    }

    private void Close()
    {
        if (_file is not null)
        {
            _file.Dispose();
            _file = null;
            ArrayPool<byte>.Shared.Return(_pending);
            _pending = [];
        }
    }
}
