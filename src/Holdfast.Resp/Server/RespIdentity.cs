namespace Holdfast.Resp;

/// <summary>What INFO and CONFIG say of the process.</summary>
public sealed record RespIdentity
{
    /// <summary>A random id of this run of the process, 40 hexadecimal digits.</summary>
    public required string RunId { get; init; }

    /// <summary>The port that clients connect to.</summary>
    public required int Port { get; init; }

    /// <summary>The memory limit in bytes; zero is none.</summary>
    public long MaxMemoryBytes { get; init; }

    /// <summary>The most connections; zero is unknown.</summary>
    public int MaxClients { get; init; } = 30_000;
}
