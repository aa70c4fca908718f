using Holdfast.Api;
using Holdfast.Rest.Problems;
using Holdfast.Rest.Target;

namespace Holdfast.Rest.Listing;

/// <summary>One range of keys in the order of unsigned bytes, whichever of prefix, start, end and after it was given as.</summary>
/// <param name="Start">The first key; empty: from the first of all.</param>
/// <param name="AfterStart">Whether <paramref name="Start"/> itself is left out.</param>
/// <param name="End">The first key after the range; empty: to the last of all.</param>
internal readonly record struct ListingRange(byte[] Start, bool AfterStart, byte[] End)
{
    /// <summary>The parameters that bound a listing.</summary>
    private static readonly string[] Names = ["prefix", "start", "end", "after"];

    /// <summary>Whether no key can be in the range.</summary>
    public bool IsEmpty => End.Length > 0 && Start.AsSpan().SequenceCompareTo(End) >= 0;

    /// <summary>Reads the range that a query gives.</summary>
    public static Problem? Read(QueryParameters parameters, out ListingRange range)
    {
        range = default;
        foreach (string name in Names)
        {
            if (parameters.BytesOrEmpty(name).Length > Limits.MaxKeyBytes)
            {
                return Problem.Of(FaultCode.KeyTooLarge, $"'{name}' has at most {Limits.MaxKeyBytes} bytes, as a key.");
            }
        }

        byte[] prefix = parameters.BytesOrEmpty("prefix");
        byte[] start = Later(prefix, parameters.BytesOrEmpty("start"));
        byte[] after = parameters.BytesOrEmpty("after");
        bool afterStart = after.Length > 0 && after.AsSpan().SequenceCompareTo(start) >= 0;
        byte[] end = Earlier(KeyRange.EndOfPrefix(prefix), parameters.BytesOrEmpty("end"));
        range = new ListingRange(afterStart ? after : start, afterStart, end);
        return null;
    }

    private static byte[] Later(byte[] left, byte[] right) => left.AsSpan().SequenceCompareTo(right) >= 0 ? left : right;

    /// <summary>The earlier of two ends, of which an empty one is no end.</summary>
    private static byte[] Earlier(byte[] left, byte[] right) =>
        left.Length == 0 ? right : right.Length == 0 || left.AsSpan().SequenceCompareTo(right) <= 0 ? left : right;
}
