using System.Globalization;

namespace Holdfast.Simulation;

/// <summary>What became of one seed.</summary>
public sealed record SeedResult
{
    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How many nodes the world began with.</summary>
    public required int Nodes { get; init; }

    /// <summary>The operations that clients began.</summary>
    public required int Invoked { get; init; }

    /// <summary>Those whose answer says what they did or why they were refused.</summary>
    public required int Acknowledged { get; init; }

    /// <summary>Those that the node promised were not applied.</summary>
    public required int NotApplied { get; init; }

    /// <summary>Those of which the client does not know.</summary>
    public required int Unknown { get; init; }

    /// <summary>How often an answer showed that a key had ended by its deadline.</summary>
    public required int Ended { get; init; }

    /// <summary>How often each fault occurred.</summary>
    public required FaultCounts Faults { get; init; }

    /// <summary>How often clients did what the checks are about.</summary>
    public required WorkCounts Work { get; init; }

    /// <summary>Keys whose history the checker gave up on.</summary>
    public required IReadOnlyList<string> Undecided { get; init; }

    /// <summary>The virtual time that the world took, in µs.</summary>
    public required long VirtualMicros { get; init; }

    /// <summary>A hash of all events: the same for each run of the seed.</summary>
    public required ulong TraceHash { get; init; }

    /// <summary>The rule that was broken; null when all held.</summary>
    public required Violation? Violation { get; init; }

    /// <summary>For a violation, all that a person needs to see it again; else empty.</summary>
    public required string Report { get; init; }

    /// <summary>The counts in one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed}: {Nodes} nodes, {Invoked} operations, {Acknowledged} acknowledged, {NotApplied} not applied, {Unknown} unknown, {Ended} keys ended, "
        + $"{Work[WorkKind.SentAgain]} sent again, {Work[WorkKind.Resolved]} resolved, {Work[WorkKind.Batch]} batches, "
        + $"{VirtualMicros / 1e6:F1} s, hash {TraceHash:x16}{(Violation is null ? "" : $", BROKE {Violation.Rule}")}");
}
