using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Bench.Compare.Meters;

/// <summary>What the base library does not offer: its flush is fsync, which writes metadata too.</summary>
internal static partial class NativeMethods
{
    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int FDataSync(SafeFileHandle file);
}
