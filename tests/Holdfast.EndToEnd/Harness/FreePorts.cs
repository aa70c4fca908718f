using System.Net;
using System.Net.Sockets;

namespace Holdfast.EndToEnd.Harness;

/// <summary>
/// Ports that nothing listens on, below those that the system gives to outgoing connections, so that a node that restarts gets its own
/// again.
/// </summary>
internal static class FreePorts
{
    private const int First = 11_000;
    private const int Last = 30_000;

    /// <summary>So many ports in a row.</summary>
    public static int Take(int count)
    {
        while (true)
        {
            int first = Random.Shared.Next(First, Last);
            if (Enumerable.Range(first, count).All(IsFree))
            {
                return first;
            }
        }
    }

    private static bool IsFree(int port)
    {
        foreach (IPAddress address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(address, port));
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                return false;
            }
            catch (SocketException)
            {
                // The machine has no such address.
            }
        }

        return true;
    }
}
