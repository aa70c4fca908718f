using System.Runtime.InteropServices;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// Memory from the operating system in blocks that it is asked to back with one huge page each: a keyspace is read at random places, and
/// a miss of the address cache costs a walk through the page tables, in a virtual machine twice. Constants are those of Linux.
/// </summary>
internal static unsafe partial class HugeMemory
{
    /// <summary>The size of a block, in bytes; its address is a multiple of it.</summary>
    public const int BlockSize = 2 << 20;

    private const int ReadWrite = 1 | 2;
    private const int PrivateAnonymous = 0x02 | 0x20;
    private const int AdviseHugePage = 14;

    /// <summary>Takes a block, all zero.</summary>
    /// <exception cref="OutOfMemoryException">The system has none.</exception>
    public static byte* Take()
    {
        nint mapped = Map(0, 2 * BlockSize, ReadWrite, PrivateAnonymous, -1, 0);
        if (mapped == -1)
        {
            throw new OutOfMemoryException("the system has no memory for the keyspace: " + Marshal.GetLastPInvokeErrorMessage());
        }

        nint block = (mapped + BlockSize - 1) & ~(nint)(BlockSize - 1);
        Return(mapped, block - mapped);
        Return(block + BlockSize, mapped + BlockSize - block);

        // Where the system offers no huge pages, small ones do.
        _ = Advise(block, BlockSize, AdviseHugePage);
        return (byte*)block;
    }

    /// <summary>Gives a block back.</summary>
    public static void Return(byte* block) => Return((nint)block, BlockSize);

    private static void Return(nint from, nint size) =>
        Invariant.Require(size == 0 || Unmap(from, size) == 0, "memory that was mapped can be unmapped");

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmap(nint address, nint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nint address, nint length, int advice);
}
