namespace Holdfast.Simulation;

/// <summary>A rule about all nodes together that must hold at every moment. One object watches one world from its beginning.</summary>
public interface IWorldInvariant
{
    /// <summary>
    /// Called after each step of a node that is up, with the facts of its replicas: what is broken, in a sentence, or null. Nothing
    /// but the facts of <paramref name="stepped"/> changed since the last call.
    /// </summary>
    string? Check(World world, SimHost stepped, IReadOnlyList<GroupFacts> groups);
}
