using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Holdfast.Net.Linux;

/// <summary>The error numbers that decide something here.</summary>
internal static class Errno
{
    internal const int NotPermitted = 1;
    internal const int Interrupted = 4;
    internal const int Again = 11;
    internal const int OutOfMemory = 12;
    internal const int AccessDenied = 13;
    internal const int TooManyOpenSystemWide = 23;
    internal const int TooManyOpen = 24;
    internal const int NotImplemented = 38;
    internal const int AddressFamilyUnsupported = 97;
    internal const int AddressInUse = 98;
    internal const int AddressNotAvailable = 99;
    internal const int NoBuffers = 105;
    internal const int InProgress = 115;

    /// <summary>Whether accepting failed for want of something that closing other connections gives back.</summary>
    internal static bool IsExhaustion(int errno) => errno is TooManyOpen or TooManyOpenSystemWide or NoBuffers or OutOfMemory;

    /// <summary>An exception for a failure that the caller of the room learns of.</summary>
    internal static SocketException ToException(int errno, string attempt) =>
        new((int)ToSocketError(errno), $"{attempt}: {Marshal.GetPInvokeErrorMessage(errno)}");

    /// <summary>Whether the call should simply be made again when the descriptor is ready.</summary>
    internal static bool IsRetry(int errno) => errno is Again or Interrupted;

    private static SocketError ToSocketError(int errno) => errno switch
    {
        AccessDenied => SocketError.AccessDenied,
        AddressFamilyUnsupported => SocketError.AddressFamilyNotSupported,
        AddressInUse => SocketError.AddressAlreadyInUse,
        AddressNotAvailable => SocketError.AddressNotAvailable,
        TooManyOpen or TooManyOpenSystemWide => SocketError.TooManyOpenSockets,
        NoBuffers or OutOfMemory => SocketError.NoBufferSpaceAvailable,
        _ => SocketError.SocketError,
    };
}
