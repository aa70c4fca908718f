namespace Holdfast.Simulation;

/// <summary>What a world is made of.</summary>
public sealed record WorldOptions
{
    /// <summary>The nodes that form the cluster; null: three or five, as the seed has it.</summary>
    public int? Nodes { get; init; }

    /// <summary>Further nodes, which join while the world runs.</summary>
    public int SpareNodes { get; init; }

    /// <summary>The partitions of the cluster.</summary>
    public int Partitions { get; init; } = 4;

    /// <summary>How much faster or slower than the world a node's clock may run, as a share.</summary>
    public double MaxClockDrift { get; init; } = 0.001;

    /// <summary>The size of each disk in bytes.</summary>
    public long DiskBytes { get; init; } = 1L << 30;

    /// <summary>The bug planted in every node.</summary>
    public PlantedBug Bug { get; init; }

    /// <summary>How many of the last events are kept to be shown with a violation.</summary>
    public int TraceCapacity { get; init; } = 200;
}
