namespace Holdfast.Simulation;

/// <summary>The machine crashed within a disk operation. Only the world handles it; code under test must let it through.</summary>
internal sealed class SimulatedCrashException() : Exception("the machine crashed in the middle of a disk operation");
