using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>What a replica must never forget besides its log: its term, and whom it voted for in it (Ongaro figure 3.1).</summary>
public readonly record struct HardState(Term Term, ReplicaId? Vote)
{
    /// <summary>One line: <c>term=3 vote=2</c>, or <c>vote=-</c> for none.</summary>
    public override string ToString() => $"term={Term} vote={Vote?.ToString() ?? "-"}";
}
