using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Api;

namespace Holdfast.Resp.Server;

/// <summary>The text of INFO, with the fields that clients and tools look for.</summary>
internal static class ServerInfo
{
    /// <summary>The version of Redis whose commands and words are spoken.</summary>
    public const string RedisVersion = "7.0.15";

    private static readonly (string Name, Action<StringBuilder, RespServer, bool> Append)[] Sections =
    [
        ("Server", AppendServer),
        ("Clients", AppendClients),
        ("Memory", AppendMemory),
        ("Persistence", AppendPersistence),
        ("Stats", AppendStats),
        ("Replication", AppendReplication),
        ("CPU", AppendProcessor),
        ("Cluster", AppendCluster),
        ("Keyspace", AppendKeyspace),
    ];

    /// <summary>How Redis calls the way in which a port serves keys.</summary>
    public static string ModeOf(bool cluster) => cluster ? "cluster" : "standalone";

    /// <summary>The sections that <paramref name="chosen"/> names; all of them for an empty choice, <c>default</c>, <c>all</c> and <c>everything</c>.</summary>
    public static string Of(RespServer server, bool cluster, IReadOnlyCollection<string> chosen)
    {
        bool all = chosen.Count == 0 || chosen.Any(name => name.ToLowerInvariant() is "default" or "all" or "everything");
        StringBuilder text = new();
        foreach ((string name, Action<StringBuilder, RespServer, bool> append) in Sections)
        {
            if (all || chosen.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                text.Append(text.Length > 0 ? "\r\n" : "").Append("# ").Append(name).Append("\r\n");
                append(text, server, cluster);
            }
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, string name, object value) =>
        text.Append(name).Append(':').Append(Convert.ToString(value, CultureInfo.InvariantCulture)).Append("\r\n");

    private static void AppendServer(StringBuilder text, RespServer server, bool cluster)
    {
        Line(text, "redis_version", RedisVersion);
        Line(text, "redis_mode", ModeOf(cluster));
        Line(text, "holdfast_version", server.Cluster.Current.Version);
        Line(text, "os", RuntimeInformation.OSDescription);
        Line(text, "arch_bits", IntPtr.Size * 8);
        Line(text, "process_id", Environment.ProcessId);
        Line(text, "run_id", server.Identity.RunId);
        Line(text, "tcp_port", server.PortOf(cluster));
        Line(text, "server_time_usec", server.Clock.UnixTimeMicroseconds);
        Line(text, "uptime_in_seconds", server.UptimeMs / 1000);
        Line(text, "uptime_in_days", server.UptimeMs / 86_400_000);
    }

    private static void AppendClients(StringBuilder text, RespServer server, bool cluster)
    {
        Line(text, "connected_clients", server.ConnectedClients);
        Line(text, "maxclients", server.Identity.MaxClients);
        Line(text, "blocked_clients", 0);
    }

    private static void AppendMemory(StringBuilder text, RespServer server, bool cluster)
    {
        ClusterView view = server.Cluster.Current;
        long used = view.Nodes.FirstOrDefault(node => node.Id == view.Self)?.MemoryBytes ?? 0;
        Line(text, "used_memory", used);
        Line(text, "used_memory_human", Human(used));
        Line(text, "used_memory_rss", Environment.WorkingSet);
        Line(text, "used_memory_rss_human", Human(Environment.WorkingSet));
        Line(text, "maxmemory", server.Identity.MaxMemoryBytes);
        Line(text, "maxmemory_human", Human(server.Identity.MaxMemoryBytes));
        Line(text, "maxmemory_policy", "noeviction");
    }

    private static void AppendPersistence(StringBuilder text, RespServer server, bool cluster)
    {
        Line(text, "loading", server.Gate.PartitionCount == 0 ? 1 : 0);
        Line(text, "rdb_bgsave_in_progress", 0);
        Line(text, "aof_enabled", 1);
    }

    private static void AppendStats(StringBuilder text, RespServer server, bool cluster)
    {
        Line(text, "total_connections_received", server.ConnectionsReceived);
        Line(text, "total_commands_processed", server.CommandsProcessed);
    }

    private static void AppendReplication(StringBuilder text, RespServer server, bool cluster)
    {
        // A plain Redis client looks for the node that takes writes: every node does.
        Line(text, "role", "master");
        Line(text, "connected_slaves", 0);
        Line(text, "master_replid", server.Identity.RunId);
        Line(text, "master_repl_offset", 0);
    }

    private static void AppendProcessor(StringBuilder text, RespServer server, bool cluster)
    {
        Environment.ProcessCpuUsage usage = Environment.CpuUsage;
        Line(text, "used_cpu_sys", usage.PrivilegedTime.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture));
        Line(text, "used_cpu_user", usage.UserTime.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture));
    }

    private static void AppendCluster(StringBuilder text, RespServer server, bool cluster) => Line(text, "cluster_enabled", cluster ? 1 : 0);

    private static void AppendKeyspace(StringBuilder text, RespServer server, bool cluster)
    {
        long keys = server.Cluster.Current.Partitions.Sum(partition => partition.Keys);
        if (keys > 0)
        {
            Line(text, "db0", $"keys={keys},expires=0,avg_ttl=0");
        }
    }

    private static string Human(long bytes)
    {
        string[] units = ["B", "K", "M", "G", "T"];
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return value.ToString(unit == 0 ? "F0" : "F2", CultureInfo.InvariantCulture) + units[unit];
    }
}
