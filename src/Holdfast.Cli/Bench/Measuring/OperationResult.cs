using Holdfast.Api;

namespace Holdfast.Cli.Bench.Measuring;

/// <summary>How one operation ended.</summary>
/// <param name="Missed">Whether a read found nothing; that is no failure.</param>
/// <param name="Code">The kind of failure, in the protocol's words; null when it succeeded.</param>
/// <param name="Outcome">Whether a failed operation took effect.</param>
/// <param name="Detail">What happened, for a person.</param>
internal readonly record struct OperationResult(bool Missed, string? Code, Outcome Outcome, string Detail)
{
    /// <summary>The code of an operation that found no node.</summary>
    public const string Unreachable = "unreachable";

    public static OperationResult Done { get; } = new(false, null, Outcome.Done, string.Empty);

    public static OperationResult Miss { get; } = new(true, null, Outcome.Done, string.Empty);

    public bool Succeeded => Code is null;

    /// <summary>A failure whose outcome is known.</summary>
    public static OperationResult Failed(string code, Outcome outcome, string detail) => new(false, code, outcome, detail);

    /// <summary>No answer came: a write may have been done.</summary>
    public static OperationResult Lost(string code, bool isWrite, string detail) =>
        new(false, code, isWrite ? Outcome.Unknown : Outcome.NotApplied, detail);
}

/// <summary>How often one kind of failure came.</summary>
/// <param name="Code">The kind, in the protocol's words.</param>
/// <param name="Outcome">Whether those operations took effect.</param>
/// <param name="Count">How many.</param>
/// <param name="Example">What the first of them said.</param>
internal sealed record FailureCount(string Code, Outcome Outcome, long Count, string Example);
