using System.Net;
using System.Net.Sockets;
using Holdfast.Net.Linux;

namespace Holdfast.Net.Listening;

/// <summary>An address that is bound and listened on, not yet accepted from.</summary>
internal readonly record struct BoundAddress(int Fd, IPEndPoint EndPoint)
{
    private const int AttemptsWithFreePorts = 16;

    /// <summary>
    /// Binds all addresses or none. With port 0 the first address picks the port of all; that port may be taken on another
    /// address, so a few are tried.
    /// </summary>
    internal static IReadOnlyList<BoundAddress> BindAll(IReadOnlyList<IPEndPoint> addresses, int backlog)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return BindOnce(addresses, backlog);
            }
            catch (SocketException failure) when (
                failure.SocketErrorCode == SocketError.AddressAlreadyInUse
                && addresses[0].Port == 0
                && attempt < AttemptsWithFreePorts)
            {
                // The kernel draws another port next time.
            }
        }
    }

    private static List<BoundAddress> BindOnce(IReadOnlyList<IPEndPoint> addresses, int backlog)
    {
        var bound = new List<BoundAddress>(addresses.Count);
        try
        {
            foreach (IPEndPoint address in addresses)
            {
                int port = address.Port == 0 && bound.Count > 0 ? bound[0].EndPoint.Port : address.Port;
                int fd = TcpSocket.Listen(new IPEndPoint(address.Address, port), backlog, out IPEndPoint endPoint);
                bound.Add(new BoundAddress(fd, endPoint));
            }

            return bound;
        }
        catch (SocketException)
        {
            foreach (BoundAddress address in bound)
            {
                TcpSocket.Close(address.Fd);
            }

            throw;
        }
    }
}
