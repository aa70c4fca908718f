using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.RedisCluster;

/// <summary>The cluster ports of a cluster's nodes, and Redis' own tool on them.</summary>
internal static class RedisPorts
{
    private const int Offset = 10_000;

    /// <summary>From here on the system may give a port to an outgoing connection.</summary>
    private const int FirstEphemeral = 32_768;

    /// <summary>A cluster port without arguments is the main one + 10000.</summary>
    public static int ClusterPortOf(this Cluster cluster, int id) => cluster.PortOf(id) + Offset;

    /// <summary>A cluster whose cluster ports are free too; nothing of it runs yet.</summary>
    public static async Task<Cluster> ReserveAsync(Func<Cluster> make)
    {
        while (true)
        {
            Cluster cluster = make();
            if (cluster.Ids.All(id => IsFree(cluster.ClusterPortOf(id))))
            {
                return cluster;
            }

            await cluster.DisposeAsync();
        }
    }

    /// <summary>The output of <c>redis-cli</c> on a port of this machine, for one command or the lines of an input.</summary>
    public static async Task<string> RedisAsync(int port, string[] arguments, string? input = null) => (await Tool.RunAsync(
        "redis-cli", ["-p", port.ToString(CultureInfo.InvariantCulture), .. arguments], input)).Succeeded().Out.Trim('\n');

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return port < FirstEphemeral;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <summary>One cluster for the tests that leave it as it is.</summary>
public sealed class ClusterPorts : IAsyncLifetime
{
    private Cluster? _nodes;

    internal Cluster Nodes => _nodes ?? throw new InvalidOperationException("the cluster was not started");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _nodes = await RedisPorts.ReserveAsync(() => new Cluster());
        await _nodes.StartAllAsync();
        await _nodes.SettledAsync();
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => _nodes?.DisposeAsync().AsTask() ?? Task.CompletedTask;
}
