using System.Globalization;
using System.Text;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Server;

/// <summary>What CONFIG GET answers: the settings of Redis that clients and tools ask for, with what holds here.</summary>
internal static class ConfigValues
{
    private static readonly (string Name, Func<RespServer, bool, string> Value)[] Values =
    [
        ("appendfsync", (_, _) => "always"),
        ("appendonly", (_, _) => "yes"),
        ("bind", (_, _) => ""),
        ("cluster-enabled", (_, cluster) => cluster ? "yes" : "no"),
        ("databases", (_, _) => "1"),
        ("io-threads", (_, _) => "1"),
        ("lazyfree-lazy-user-flush", (_, _) => "yes"),
        ("maxclients", (server, _) => Text(server.Identity.MaxClients)),
        ("maxmemory", (server, _) => Text(server.Identity.MaxMemoryBytes)),
        ("maxmemory-policy", (_, _) => "noeviction"),
        ("port", (server, cluster) => Text(server.PortOf(cluster))),
        ("proto-max-bulk-len", (server, _) => Text(server.Gate.MaxValueBytes)),
        ("requirepass", (_, _) => ""),
        ("save", (_, _) => ""),
        ("timeout", (_, _) => "0"),
    ];

    /// <summary>The settings whose names match any of the patterns, each once, by name.</summary>
    public static List<(string Name, string Value)> Matching(RespServer server, bool cluster, IReadOnlyCollection<byte[]> patterns) =>
        [.. from setting in Values
            let name = Encoding.ASCII.GetBytes(setting.Name)
            where patterns.Any(pattern => GlobPattern.Matches(pattern, name))
            select (setting.Name, setting.Value(server, cluster))];

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
