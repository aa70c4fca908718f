using Holdfast.Client;

namespace Holdfast.Cli.Settings;

/// <summary>How the program reaches a cluster.</summary>
internal static class ClientSettings
{
    public static Setting<IReadOnlyList<Endpoint>> Endpoint { get; } = new(
        "endpoint", "The nodes to ask, tried in turn: HOST:PORT[,HOST:PORT...] (localhost:8000)", [Client.Endpoint.Default],
        Parsers.Endpoints, "a list of HOST:PORT");

    public static Setting<TimeSpan> Timeout { get; } = new(
        "timeout", "How long a call may take: 500ms, 5s (5s)", TimeSpan.FromSeconds(5), Parsers.Duration, "a time such as 500ms, 5s or 1m");

    public static Setting<TimeSpan> RetryFor { get; } = new(
        "retry-for", "How long to go on trying for each pair (60s)", TimeSpan.FromSeconds(60), Parsers.Duration,
        "a time such as 30s or 5m");

    public static IReadOnlyList<Setting> Common { get; } = [Endpoint, Timeout];

    /// <summary>A client's options. One command for a person doesn't wait for a node that isn't running; a long one does.</summary>
    public static HoldfastClientOptions Options(SettingSources sources, bool patient) => new()
    {
        Endpoints = Endpoint.In(sources),
        Timeout = Timeout.In(sources),
        RetryUnreachable = patient,
    };
}
