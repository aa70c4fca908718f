using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Holdfast.Net.Linux;

/// <summary>
/// Non-blocking TCP over raw descriptors. Calls that may fail in ordinary operation return the negated error number; setting up
/// a listener throws <see cref="SocketException"/>.
/// </summary>
internal static unsafe class TcpSocket
{
    private const int Stream = 1;
    private const int AfInet = 2;
    private const int AfInet6 = 10;
    private const int SolSocket = 1;
    private const int SoReuseAddress = 2;
    private const int SoError = 4;
    private const int SoKeepAlive = 9;
    private const int IpProtoTcp = 6;
    private const int TcpNoDelay = 1;
    private const int TcpKeepIdle = 4;
    private const int TcpKeepInterval = 5;
    private const int TcpKeepCount = 6;
    private const int TcpUserTimeout = 18;
    private const int IpProtoIpv6 = 41;
    private const int Ipv6Only = 26;
    private const int Peek = 2;
    private const int NoSignal = 0x4000;
    private const int ShutWrite = 1;
    private const int MaxAddressBytes = 28;

    internal static int Listen(IPEndPoint local, int backlog, out IPEndPoint bound)
    {
        int fd = Require(Libc.Socket(Family(local), Stream | Libc.NonBlocking | Libc.CloseOnExec, 0), "socket", local);
        try
        {
            Set(fd, SolSocket, SoReuseAddress, 1);
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
            {
                // So that the same port can be bound for IPv4 by a descriptor of its own.
                Set(fd, IpProtoIpv6, Ipv6Only, 1);
            }

            SocketAddress address = local.Serialize();
            fixed (byte* pointer = address.Buffer.Span)
            {
                Require(Libc.Bind(fd, pointer, (uint)address.Size), "bind", local);
            }

            // Accepted descriptors inherit these (tcp(7)), so that accepting one needs no further calls.
            TuneAccepted(fd);
            Require(Libc.Listen(fd, backlog), "listen", local);
            bound = LocalEndPoint(fd) ?? throw Errno.ToException(Libc.LastError, $"getsockname {local}");
            return fd;
        }
        catch
        {
            Close(fd);
            throw;
        }
    }

    /// <summary>Starts to connect. A descriptor that becomes writable, or a negated error number.</summary>
    internal static int StartConnect(IPEndPoint remote)
    {
        int fd = Libc.Socket(Family(remote), Stream | Libc.NonBlocking | Libc.CloseOnExec, 0);
        if (fd < 0)
        {
            return -Libc.LastError;
        }

        SocketAddress address = remote.Serialize();
        fixed (byte* pointer = address.Buffer.Span)
        {
            if (Libc.Connect(fd, pointer, (uint)address.Size) < 0 && Libc.LastError != Errno.InProgress)
            {
                int errno = Libc.LastError;
                Close(fd);
                return -errno;
            }
        }

        return fd;
    }

    internal static int Accept(int listener, out IPEndPoint? remote)
    {
        byte* address = stackalloc byte[MaxAddressBytes];
        uint length = MaxAddressBytes;
        int fd = Libc.Accept(listener, address, &length, Libc.NonBlocking | Libc.CloseOnExec);
        if (fd < 0)
        {
            remote = null;
            return -Libc.LastError;
        }

        remote = ToEndPoint(new ReadOnlySpan<byte>(address, (int)length));
        return fd;
    }

    /// <summary>Sends small messages at once, and notices a client whose machine is gone within two minutes.</summary>
    internal static void TuneAccepted(int fd)
    {
        Set(fd, IpProtoTcp, TcpNoDelay, 1);
        KeepAlive(fd, idleSeconds: 60, intervalSeconds: 15, probes: 4);
    }

    /// <summary>Sends small messages at once, and notices a peer that is gone, or takes nothing, within ten seconds.</summary>
    internal static void TuneOutgoing(int fd)
    {
        Set(fd, IpProtoTcp, TcpNoDelay, 1);
        KeepAlive(fd, idleSeconds: 4, intervalSeconds: 2, probes: 3);
        Set(fd, IpProtoTcp, TcpUserTimeout, 10_000);
    }

    internal static int ConnectError(int fd)
    {
        int errno = 0;
        uint length = sizeof(int);
        return Libc.GetOption(fd, SolSocket, SoError, &errno, &length) < 0 ? Libc.LastError : errno;
    }

    /// <summary>
    /// Whether a descriptor is connected to itself, which happens on loopback when nobody listens on a port of the ephemeral range
    /// and the kernel draws that very port. It would keep the real listener from binding.
    /// </summary>
    internal static bool IsSelfConnected(int fd) => LocalEndPoint(fd) is { } local && local.Equals(RemoteEndPoint(fd));

    internal static IPEndPoint? LocalEndPoint(int fd)
    {
        byte* address = stackalloc byte[MaxAddressBytes];
        uint length = MaxAddressBytes;
        return Libc.LocalName(fd, address, &length) < 0 ? null : ToEndPoint(new ReadOnlySpan<byte>(address, (int)length));
    }

    internal static IPEndPoint? RemoteEndPoint(int fd)
    {
        byte* address = stackalloc byte[MaxAddressBytes];
        uint length = MaxAddressBytes;
        return Libc.RemoteName(fd, address, &length) < 0 ? null : ToEndPoint(new ReadOnlySpan<byte>(address, (int)length));
    }

    /// <summary>Bytes received, 0 at the end of the stream, or a negated error number.</summary>
    internal static int Receive(int fd, Span<byte> buffer) => Receive(fd, buffer, flags: 0);

    /// <summary>As <see cref="Receive(int, Span{byte})"/>, but the bytes stay in the kernel.</summary>
    internal static int PeekAt(int fd, Span<byte> buffer) => Receive(fd, buffer, Peek);

    /// <summary>Bytes taken by the kernel, or a negated error number. Never raises SIGPIPE.</summary>
    internal static int Send(int fd, byte* buffer, int length)
    {
        nint sent = Libc.Send(fd, buffer, length, NoSignal);
        return sent < 0 ? -Libc.LastError : (int)sent;
    }

    /// <summary>As <see cref="Send"/>, of several pieces.</summary>
    internal static int Send(int fd, Libc.IoVector* vectors, int count)
    {
        var message = new Libc.MessageHeader { Vectors = vectors, VectorCount = count };
        nint sent = Libc.SendMessage(fd, &message, NoSignal);
        return sent < 0 ? -Libc.LastError : (int)sent;
    }

    internal static void EndOutput(int fd) => _ = Libc.Shutdown(fd, ShutWrite);

    internal static void Close(int fd) => _ = Libc.Close(fd);

    private static int Receive(int fd, Span<byte> buffer, int flags)
    {
        fixed (byte* pointer = buffer)
        {
            nint received = Libc.Receive(fd, pointer, buffer.Length, flags);
            return received < 0 ? -Libc.LastError : (int)received;
        }
    }

    private static void KeepAlive(int fd, int idleSeconds, int intervalSeconds, int probes)
    {
        Set(fd, SolSocket, SoKeepAlive, 1);
        Set(fd, IpProtoTcp, TcpKeepIdle, idleSeconds);
        Set(fd, IpProtoTcp, TcpKeepInterval, intervalSeconds);
        Set(fd, IpProtoTcp, TcpKeepCount, probes);
    }

    // Options are tuning: a socket whose other side is already gone may refuse them, and the next read tells.
    private static void Set(int fd, int level, int name, int value) => _ = Libc.SetOption(fd, level, name, &value, sizeof(int));

    private static int Family(IPEndPoint endPoint) => endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? AfInet6 : AfInet;

    private static IPEndPoint? ToEndPoint(ReadOnlySpan<byte> native)
    {
        if (native.Length < sizeof(ushort))
        {
            return null;
        }

        IPAddress? any = MemoryMarshal.Read<ushort>(native) switch
        {
            AfInet => IPAddress.Any,
            AfInet6 => IPAddress.IPv6Any,
            _ => null,
        };
        if (any is null)
        {
            return null;
        }

        var address = new SocketAddress(any.AddressFamily, native.Length);
        native.CopyTo(address.Buffer.Span);
        return (IPEndPoint)new IPEndPoint(any, 0).Create(address);
    }

    private static int Require(int result, string call, IPEndPoint endPoint)
    {
        if (result >= 0)
        {
            return result;
        }

        throw Errno.ToException(Libc.LastError, $"{call} {endPoint}");
    }
}
