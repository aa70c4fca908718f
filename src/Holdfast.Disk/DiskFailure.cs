using System.Runtime.InteropServices;
using Holdfast.Primitives;

namespace Holdfast.Disk;

/// <summary>Turns what the system says into a <see cref="DiskException"/> that names the operation and the file.</summary>
internal static class DiskFailure
{
    /// <summary>Windows' number for a full disk, as an HRESULT.</summary>
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static DiskException From(Exception error, string operation, string path)
    {
        // On Unix the base library leaves the system's error number in HResult.
        DiskFault fault = error.HResult is NativeMethods.NoSpace or NativeMethods.OverQuota or WindowsDiskFull ? DiskFault.Full : DiskFault.Failed;
        return new DiskException(fault, $"{operation} {path}: {error.Message}", error);
    }

    public static DiskException From(int number, string operation, string path) =>
        new(
            number is NativeMethods.NoSpace or NativeMethods.OverQuota ? DiskFault.Full : DiskFault.Failed,
            $"{operation} {path}: {Marshal.GetPInvokeErrorMessage(number)}");

    /// <summary>Whether an exception of the base library is the outside world's doing, not a mistake of ours.</summary>
    public static bool IsDisk(Exception error) => error is (IOException or UnauthorizedAccessException) and not DiskException;
}
