using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// A read may be answered linearizably as soon as <see cref="Index"/> is applied (Ongaro §6.4).
/// </summary>
/// <param name="Context">What <see cref="RaftNode.RequestRead"/> was given.</param>
/// <param name="Index">What must be applied first.</param>
/// <param name="LeaseMicros">0 when a quorum confirmed the read; else for how many µs more the lease that it leans on holds; shown in ticks.</param>
public readonly record struct ReadGrant(ulong Context, LogIndex Index, long LeaseMicros)
{
    /// <summary>One line: <c>read 7 at 42</c>.</summary>
    public override string ToString() => $"read {Context} at {Index}{(LeaseMicros > 0 ? $" lease={LeaseMicros / RaftOptions.TickMicros}" : "")}";
}
