using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// Leadership on its way to another replica (Ongaro §3.10). It belongs to one leader in one term, and ends with it or after
/// an election timeout, so it never outlives what it was for.
/// </summary>
internal sealed class LeadershipTransfer(ReplicaId target, int ticks)
{
    private int _left = ticks;

    /// <summary>Who is to lead.</summary>
    public ReplicaId Target { get; } = target;

    /// <summary>A tick has passed. True when the transfer has failed.</summary>
    public bool Tick() => --_left <= 0;
}
