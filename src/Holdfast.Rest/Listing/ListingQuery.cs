using System.Globalization;
using Holdfast.Api;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Listing;

/// <summary>What a listing asks for.</summary>
/// <param name="Range">Which keys.</param>
/// <param name="Limit">The most pairs to list.</param>
/// <param name="KeysOnly">Whether values are left out.</param>
/// <param name="Options">How each page is read. A whole listing takes as long as its reader does.</param>
internal readonly record struct ListingQuery(ListingRange Range, long Limit, bool KeysOnly, ReadOptions Options)
{
    /// <summary>Reads a listing's parameters.</summary>
    public static Problem? Read(RestCall call, out ListingQuery query)
    {
        query = default;
        if (call.Query.Check("prefix", "start", "end", "after", "limit", "keys_only", "consistency") is { } unknown)
        {
            return unknown;
        }

        if (ListingRange.Read(call.Query, out ListingRange range) is { } badRange)
        {
            return badRange;
        }

        if (ReadLimit(call, out long limit) is { } badLimit)
        {
            return badLimit;
        }

        if (call.Query.ReadFlag("keys_only", out bool keysOnly) is { } badFlag)
        {
            return badFlag;
        }

        if (ReadOptions.Read(call, out ReadOptions options) is { } badOptions)
        {
            return badOptions;
        }

        query = new ListingQuery(range, limit, keysOnly, options);
        return null;
    }

    private static Problem? ReadLimit(RestCall call, out long limit)
    {
        limit = long.MaxValue;
        return call.Query.Text("limit") is not { } text
            || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit > 0)
            ? null
            : Problem.Of(FaultCode.BadRequest, "'limit' is a positive integer.");
    }
}
