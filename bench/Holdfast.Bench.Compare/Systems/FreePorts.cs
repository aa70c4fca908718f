using System.Net;
using System.Net.Sockets;

namespace Holdfast.Bench.Compare.Systems;

/// <summary>
/// Ports that nothing listens on. They and their cluster ports (10,000 above) lie below those that the system gives to outgoing
/// connections.
/// </summary>
internal static class FreePorts
{
    public const int ClusterOffset = 10_000;
    private const int First = 11_000;
    private const int Last = 22_000;

    /// <summary>So many ports in a row.</summary>
    public static int[] Take(int count)
    {
        while (true)
        {
            int[] ports = [.. Enumerable.Range(Random.Shared.Next(First, Last), count)];
            if (ports.All(port => IsFree(port) && IsFree(port + ClusterOffset)))
            {
                return ports;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
