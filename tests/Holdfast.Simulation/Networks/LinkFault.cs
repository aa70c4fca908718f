using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>A disturbance of some directed links, from when it is added to the network until it is removed.</summary>
/// <param name="Links">Whether it concerns the link from one host to another, by their indexes.</param>
/// <param name="Cuts">The links carry nothing and their connections break.</param>
/// <param name="DelayMicros">What frames take longer.</param>
/// <param name="Lane">The only lane that it concerns; null: all of them.</param>
public sealed record LinkFault(Func<int, int, bool> Links, bool Cuts, long DelayMicros = 0, TransportLane? Lane = null)
{
    internal bool Concerns(int from, int to, TransportLane lane) => (Lane is null || Lane == lane) && Links(from, to);
}
