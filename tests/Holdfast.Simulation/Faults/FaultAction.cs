using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>
/// Makes a fault happen now and counts it; answers with what ends it, which may be called once, or with null when the world offers no
/// occasion at this moment.
/// </summary>
public delegate Action? InjectFault(World world, SeededRandom random);

/// <summary>One fault that a plan can choose.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Inject">What makes it happen.</param>
/// <param name="LastsMicros">How long it lasts; null: as the plan draws it.</param>
public sealed record FaultAction(FaultKind Kind, InjectFault Inject, long? LastsMicros = null)
{
    /// <summary>For faults that pass by themselves.</summary>
    internal static Action Over { get; } = static () => { };
}
