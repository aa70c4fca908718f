using System.Globalization;
using System.Text;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Server;

/// <summary>What CONFIG GET answers: the settings of Redis that clients and tools ask for, with what holds here.</summary>
internal static class ConfigValues
{
    private static readonly (string Name, Func<RespServer, string> Value)[] Values =
    [
        ("appendfsync", _ => "always"),
        ("appendonly", _ => "yes"),
        ("bind", _ => ""),
        ("cluster-enabled", _ => "no"),
        ("databases", _ => "1"),
        ("io-threads", _ => "1"),
        ("lazyfree-lazy-user-flush", _ => "yes"),
        ("maxclients", server => Text(server.Identity.MaxClients)),
        ("maxmemory", server => Text(server.Identity.MaxMemoryBytes)),
        ("maxmemory-policy", _ => "noeviction"),
        ("port", server => Text(server.Identity.Port)),
        ("proto-max-bulk-len", server => Text(server.Gate.MaxValueBytes)),
        ("requirepass", _ => ""),
        ("save", _ => ""),
        ("timeout", _ => "0"),
    ];

    /// <summary>The settings whose names match any of the patterns, each once, by name.</summary>
    public static List<(string Name, string Value)> Matching(RespServer server, IReadOnlyCollection<byte[]> patterns) =>
        [.. from setting in Values
            let name = Encoding.ASCII.GetBytes(setting.Name)
            where patterns.Any(pattern => GlobPattern.Matches(pattern, name))
            select (setting.Name, setting.Value(server))];

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
