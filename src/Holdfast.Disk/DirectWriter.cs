using System.Runtime.InteropServices;
using Holdfast.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Disk;

/// <summary>
/// Writes to a file past the system's cache (O_DIRECT): whole blocks, out of aligned memory. The block in which the last write ended is
/// kept, since the next one goes on within it.
/// </summary>
internal sealed class DirectWriter(SafeFileHandle file, SafeFileHandle direct) : IDisposable
{
    private const int BlockBytes = 4096;
    private const int PieceBytes = 64 * BlockBytes;

    // One a lane, not one a file: with the log's segments files come and go.
    [ThreadStatic]
    private static byte[]? _memory;

    private readonly byte[] _block = new byte[BlockBytes];
    private long _end = -1;
    private long _length = -1;

    /// <summary>A writer for an open file; null where the file system has no such writes.</summary>
    public static DirectWriter? TryOpen(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        SafeFileHandle direct = NativeMethods.Open(path, NativeMethods.WriteOnly | NativeMethods.CloseOnExec | NativeMethods.Direct);
        if (direct.IsInvalid)
        {
            direct.Dispose();
            return null;
        }

        return new DirectWriter(file, direct);
    }

    /// <summary>
    /// Writes data, and zeros behind it up to the end of its block where the file goes so far. False when the file system refuses such
    /// writes after all: all is to be written in another way.
    /// </summary>
    public bool TryWrite(long offset, ReadOnlySpan<byte> data)
    {
        Span<byte> piece = Piece();
        int used = ReadBlockBefore(offset, piece);
        long at = offset - used;
        _end = -1;
        while (true)
        {
            int count = Math.Min(data.Length, PieceBytes - used);
            data[..count].CopyTo(piece[used..]);
            data = data[count..];
            used += count;
            if (data.IsEmpty)
            {
                break;
            }

            if (!TryWriteBlocks(at, piece))
            {
                return false;
            }

            at += PieceBytes;
            used = 0;
        }

        return TryWriteLast(at, piece, used);
    }

    public void Dispose() => direct.Dispose();

    private bool TryWriteLast(long at, Span<byte> piece, int used)
    {
        int whole = used & ~(BlockBytes - 1);
        int rest = used - whole;
        piece.Slice(whole, rest).CopyTo(_block);
        long end = at + used;
        if (rest > 0 && at + whole + BlockBytes <= Length(at + whole + BlockBytes))
        {
            piece[used..(whole + BlockBytes)].Clear();
            whole += BlockBytes;
            rest = 0;
        }

        if (whole > 0 && !TryWriteBlocks(at, piece[..whole]))
        {
            return false;
        }

        if (rest > 0)
        {
            RandomAccess.Write(file, piece.Slice(whole, rest), at + whole);
        }

        _end = end;
        return true;
    }

    private bool TryWriteBlocks(long at, ReadOnlySpan<byte> blocks)
    {
        try
        {
            RandomAccess.Write(direct, blocks, at);
            return true;
        }
        catch (IOException error) when (error.HResult == NativeMethods.InvalidArgument)
        {
            return false;
        }
    }

    // What stands in the block before the offset.
    private int ReadBlockBefore(long offset, Span<byte> piece)
    {
        int used = (int)(offset % BlockBytes);
        if (_end == offset)
        {
            _block.AsSpan(0, used).CopyTo(piece);
            return used;
        }

        Span<byte> before = piece[..used];
        before.Clear();
        for (int read = 0; read < used;)
        {
            int count = RandomAccess.Read(file, before[read..], offset - used + read);
            if (count == 0)
            {
                break;
            }

            read += count;
        }

        return used;
    }

    // The file's length, asked for only when what is known of it is not enough.
    private long Length(long wanted)
    {
        if (_length < wanted)
        {
            _length = RandomAccess.GetLength(file);
        }

        return _length;
    }

    private static Span<byte> Piece()
    {
        byte[] memory = _memory ??= GC.AllocateUninitializedArray<byte>(PieceBytes + BlockBytes, pinned: true);
        long address = Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0);
        return memory.AsSpan((int)(-address & (BlockBytes - 1)), PieceBytes);
    }
}
