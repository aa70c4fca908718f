using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// Leadership on its way to another replica (Ongaro §3.10). It belongs to one leader in one term, and ends with it or after
/// an election timeout, so it never outlives what it was for.
/// </summary>
internal sealed class LeadershipTransfer(ReplicaId target, long deadline)
{
    /// <summary>Who is to lead.</summary>
    public ReplicaId Target { get; } = target;

    /// <summary>The tick at which it has failed.</summary>
    public long Deadline { get; } = deadline;
}
