using Holdfast.Api;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Calls;

/// <summary>What every read says besides what it asks for: how fresh the answer must be, and how long it may take.</summary>
internal readonly record struct ReadOptions(RequestFlags Consistency, uint TimeoutMs)
{
    /// <summary>Reads them from a call's query and headers.</summary>
    public static Problem? Read(RestCall call, out ReadOptions options)
    {
        options = default;
        if (CallOptions.ReadConsistency(call, out RequestFlags consistency) is { } badConsistency)
        {
            return badConsistency;
        }

        if (CallOptions.ReadTimeout(call, out uint timeoutMs) is { } badTimeout)
        {
            return badTimeout;
        }

        options = new ReadOptions(consistency, timeoutMs);
        return null;
    }
}
