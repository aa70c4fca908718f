namespace Holdfast.Simulation;

/// <summary>Units of virtual time, which is a count of µs since the world began.</summary>
public static class VirtualTime
{
    /// <summary>One millisecond.</summary>
    public const long Millisecond = 1_000;

    /// <summary>One second.</summary>
    public const long Second = 1_000_000;
}
