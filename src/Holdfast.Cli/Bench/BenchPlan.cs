using Holdfast.Cli.Bench.Workload;
using Holdfast.Client;

namespace Holdfast.Cli.Bench;

/// <summary>What the load speaks.</summary>
internal enum BenchProtocol
{
    /// <summary>The Redis protocol.</summary>
    Resp,

    /// <summary>HTTP/1.1.</summary>
    Http,

    /// <summary>The native protocol.</summary>
    Native,
}

/// <summary>Whether the keys are put before the workload starts.</summary>
internal enum LoadMode
{
    /// <summary>When some that were looked for are absent.</summary>
    IfAbsent,

    /// <summary>In any case.</summary>
    Always,

    /// <summary>Not at all.</summary>
    Never,
}

/// <summary>One benchmark, as it was asked for.</summary>
internal sealed record BenchPlan
{
    public IReadOnlyList<Endpoint> Endpoints { get; init; } = [Endpoint.Default];

    /// <summary>How long an operation may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    public BenchProtocol Protocol { get; init; } = BenchProtocol.Resp;

    public required Mix Mix { get; init; }

    public required Distribution Distribution { get; init; }

    /// <summary>Operations a second; null is a closed loop.</summary>
    public double? Rate { get; init; }

    /// <summary>The number of connections.</summary>
    public int Clients { get; init; } = 64;

    /// <summary>How many operations a connection has on the way at most.</summary>
    public int Pipeline { get; init; } = 1;

    /// <summary>How long to measure; null is until the operations are done.</summary>
    public TimeSpan? Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many operations to measure; null is until the time is over.</summary>
    public long? Operations { get; init; }

    /// <summary>How long to run before measuring.</summary>
    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(2);

    public long Keys { get; init; } = 100_000;

    public string KeyPrefix { get; init; } = "bench:";

    public int ValueBytes { get; init; } = 256;

    public ulong Seed { get; init; } = 1;

    public LoadMode Load { get; init; }
}
