using Holdfast.Api;

namespace Holdfast.Resp;

/// <summary>What the sessions of a node share. Thread-safe, though each session is used by one thread.</summary>
public sealed class RespServer(IRequestGate gate, IClusterViewSource cluster, IRespClock clock, RespIdentity identity)
{
    /// <summary>The way to the store.</summary>
    public IRequestGate Gate { get; } = gate;

    /// <summary>What the node knows of its cluster.</summary>
    public IClusterViewSource Cluster { get; } = cluster;

    /// <summary>The time.</summary>
    public IRespClock Clock { get; } = clock;

    /// <summary>What INFO says of the process.</summary>
    public RespIdentity Identity { get; } = identity;
}
