using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Api;

namespace Holdfast.Resp.Server;

/// <summary>A node as clients of Redis Cluster are told of it.</summary>
internal sealed class RedisNode
{
    // Redis' own rule for the port of its cluster bus, which ours follows for the cluster port.
    private const int DefaultPortOffset = 10_000;
    private const int IdBytes = 20;

    /// <summary>A node of the cluster <paramref name="clusterId"/>.</summary>
    public RedisNode(string clusterId, NodeView view)
    {
        View = view;
        Name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{clusterId}/{view.Id}")).AsSpan(0, IdBytes));
        int colon = view.Address.LastIndexOf(':');
        Host = colon < 0 ? view.Address : view.Address[..colon].Trim('[', ']');
        _ = int.TryParse(view.Address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int main);
        BusPort = main;
        int port = view.RespClusterPort ?? (main + DefaultPortOffset);
        Port = port > ushort.MaxValue ? 0 : port;
        Address = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}"));
    }

    /// <summary>What is known of it.</summary>
    public NodeView View { get; }

    /// <summary>Its Redis id, 40 hexadecimal digits: a function of the cluster's and its own id, so that it stays over restarts.</summary>
    public string Name { get; }

    /// <summary>The host that clients reach it at; an IPv6 address without brackets, as Redis writes it.</summary>
    public string Host { get; }

    /// <summary>Its cluster port; zero when it has none.</summary>
    public int Port { get; }

    /// <summary>The port that other nodes reach it at.</summary>
    public int BusPort { get; }

    /// <summary><c>host:port</c>, as a redirection names it.</summary>
    public byte[] Address { get; }
}

/// <summary>The nodes of one view of the cluster, as clients of Redis Cluster are told of them. Immutable.</summary>
internal sealed class RedisNodes
{
    /// <summary>The nodes of a view; none until the cluster is formed.</summary>
    public RedisNodes(ClusterView view)
    {
        View = view;
        All = view.Id is { } id ? [.. view.Nodes.Select(node => new RedisNode(id, node))] : [];
        Self = view.Self is { } self ? Find(self) : null;
    }

    /// <summary>The view.</summary>
    public ClusterView View { get; }

    /// <summary>The nodes by id.</summary>
    public IReadOnlyList<RedisNode> All { get; }

    /// <summary>This node; null until the cluster is formed.</summary>
    public RedisNode? Self { get; }

    /// <summary>A node; null when it is not known.</summary>
    public RedisNode? Find(uint id)
    {
        for (int i = 0; i < All.Count; i++)
        {
            if (All[i].View.Id == id)
            {
                return All[i];
            }
        }

        return null;
    }
}
