using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>Whether a spot of the log lies below the highest watermark, where everything was known durable.</summary>
[Flags]
internal enum Side
{
    Below = 1,
    Beyond = 2,
    Any = Below | Beyond,
}

/// <summary>What stands where the batch before ended.</summary>
[Flags]
internal enum Spot
{
    /// <summary>An intact batch header that follows on the batch before.</summary>
    Linked = 1,

    /// <summary>The next intact header stands later and follows on something that is not there: a hole.</summary>
    Hole = 2,

    /// <summary>No intact header any more; nothing but zeros up to the end of the file.</summary>
    Blank = 4,

    /// <summary>No intact header any more; bytes of the life that the segment had before it was recycled.</summary>
    Stale = 8,

    /// <summary>No intact header any more; bytes that were written here and do not verify.</summary>
    Torn = 16,

    /// <summary>The file ends here, and no later segment has an intact header.</summary>
    EndOfFile = 32,

    Any = Linked | Hole | Blank | Stale | Torn | EndOfFile,
}

/// <summary>How the records of a batch verify. Says nothing where no intact header stands.</summary>
[Flags]
internal enum Body
{
    Intact = 1,

    /// <summary>Every record's header verifies, but a payload does not.</summary>
    PayloadChanged = 2,

    /// <summary>A record's header does not verify, or the file ends within the batch.</summary>
    Unreadable = 4,

    Any = Intact | PayloadChanged | Unreadable,
}

/// <summary>What recovery does about a spot.</summary>
internal enum Decision
{
    /// <summary>Take the batch.</summary>
    Accept,

    /// <summary>Report the groups of the changed records; take the rest of the batch.</summary>
    DamageOfGroups,

    /// <summary>Report damage that concerns all groups; go on with what verifies.</summary>
    DamageOfAll,

    /// <summary>The log ends here, and a write was torn: cut.</summary>
    CutTail,

    /// <summary>The log ends here.</summary>
    End,

    /// <summary>Can't be: a watermark comes from an intact header that stands at or beyond it.</summary>
    Impossible,
}

/// <summary>
/// Recovery's decisions as a table: for every combination of what can be found at a spot, exactly one row answers
/// (after TigerBeetle's <c>recovery_cases</c>). What fails to verify below the watermark is damage, beyond it a torn tail.
/// </summary>
internal sealed record RecoveryCase(string Label, Side Side, Spot Spot, Body Body, Decision Decision)
{
    public static readonly IReadOnlyList<RecoveryCase> Table =
    [
        new("intact batch", Side.Any, Spot.Linked, Body.Intact, Decision.Accept),
        new("payload changed", Side.Below, Spot.Linked, Body.PayloadChanged, Decision.DamageOfGroups),
        new("record header changed or batch cut short", Side.Below, Spot.Linked, Body.Unreadable, Decision.DamageOfAll),
        new("torn records", Side.Beyond, Spot.Linked, Body.PayloadChanged | Body.Unreadable, Decision.CutTail),
        new("batches missing or their headers changed", Side.Below, Spot.Hole, Body.Any, Decision.DamageOfAll),
        new("batches missing that were never known durable", Side.Beyond, Spot.Hole, Body.Any, Decision.CutTail),
        new("torn batch header", Side.Beyond, Spot.Torn, Body.Any, Decision.CutTail),
        new("end of the log", Side.Beyond, Spot.Blank | Spot.Stale | Spot.EndOfFile, Body.Any, Decision.End),
        new("watermark beyond the last header", Side.Below, Spot.Blank | Spot.Stale | Spot.Torn | Spot.EndOfFile, Body.Any, Decision.Impossible),
    ];

    public bool Answers(Side side, Spot spot, Body body) => Side.HasFlag(side) && Spot.HasFlag(spot) && Body.HasFlag(body);

    /// <summary>The row for a spot. Each argument is a single value.</summary>
    public static RecoveryCase For(Side side, Spot spot, Body body)
    {
        RecoveryCase row = Table.First(row => row.Answers(side, spot, body));
        Invariant.Require(row.Decision != Decision.Impossible, $"recovery found what can't be: {row.Label}");
        return row;
    }
}
