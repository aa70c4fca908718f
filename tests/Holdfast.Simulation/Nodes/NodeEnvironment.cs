using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>All that a node's process gets: who it is, the outside as ports, and the bug planted in it, if any.</summary>
public sealed record NodeEnvironment
{
    /// <summary>The node.</summary>
    public required NodeId Id { get; init; }

    /// <summary>The address at which the other nodes reach it.</summary>
    public required string Address { get; init; }

    /// <summary>The addresses of the nodes that the cluster is formed of, this one included unless it joins, by node id from 0.</summary>
    public required IReadOnlyList<string> Founders { get; init; }

    /// <summary>The node is a spare one that joins the running cluster.</summary>
    public required bool Joins { get; init; }

    /// <summary>How many partitions the cluster has.</summary>
    public required int Partitions { get; init; }

    /// <summary>The way to the other nodes.</summary>
    public required ITransport Transport { get; init; }

    /// <summary>The data directory, for recovery while the node starts.</summary>
    public required IDisk Disk { get; init; }

    /// <summary>Where disk work is handed out once the node runs.</summary>
    public required IDiskLanes Lanes { get; init; }

    /// <summary>How many bytes of its changes each partition keeps.</summary>
    public required long HistoryBytes { get; init; }

    /// <summary>How long it keeps them, in ms of its own time: for ever, since that may jump by days when most clocks do.</summary>
    public ulong HistoryMs => 1UL << 60;

    /// <summary>The node's clocks.</summary>
    public required SimClock Clock { get; init; }

    /// <summary>The node's randomness, different in each start.</summary>
    public required SeededRandom Random { get; init; }

    /// <summary>The bug to plant.</summary>
    public required PlantedBug Bug { get; init; }
}
