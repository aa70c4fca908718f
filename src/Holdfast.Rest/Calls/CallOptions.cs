using System.Globalization;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Problems;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Rest.Calls;

/// <summary>
/// Reads what a call says besides its target and body: how long it may take, how fresh a read is, and on what condition it writes.
/// </summary>
internal static class CallOptions
{
    private const ulong MaxRevision = (1UL << 53) - 1;
    private const string Any = "*";

    /// <summary>The client's deadline from <c>Holdfast-Timeout</c>; zero, the default of the protocol, without one.</summary>
    public static Problem? ReadTimeout(RestCall call, out uint timeoutMs)
    {
        timeoutMs = 0;
        string? text = call.Http.Request.Headers["Holdfast-Timeout"];
        return text is null || (TryReadDuration(text, out timeoutMs) && timeoutMs > 0)
            ? null
            : Problem.Of(FaultCode.BadRequest, "Holdfast-Timeout is a positive integer with 'ms', 's' or 'm', such as 2s.");
    }

    /// <summary>How fresh a read must be, from <c>?consistency=</c>.</summary>
    public static Problem? ReadConsistency(RestCall call, out RequestFlags flags)
    {
        string? text = call.Query.Text("consistency");
        flags = text == "stale" ? RequestFlags.Stale : RequestFlags.None;
        return text is null or "stale" or "linearizable"
            ? null
            : Problem.Of(FaultCode.BadRequest, "'consistency' is 'linearizable' or 'stale'.");
    }

    /// <summary>The condition of a write, from <c>If-Match</c> and <c>If-None-Match</c>.</summary>
    public static Problem? ReadCondition(RestCall call, out RequestFlags flags, out Revision revision)
    {
        flags = RequestFlags.None;
        revision = default;
        IHeaderDictionary headers = call.Http.Request.Headers;
        if (headers.ContainsKey("Idempotency-Key"))
        {
            return Problem.Of(FaultCode.Unsupported, "This version does not have Idempotency-Key.");
        }

        string? match = headers.IfMatch;
        string? noneMatch = headers.IfNoneMatch;
        if (match is not null && noneMatch is not null)
        {
            return Problem.Of(FaultCode.BadRequest, "A write takes If-Match or If-None-Match, not both.");
        }

        if (noneMatch is not null)
        {
            flags = RequestFlags.IfAbsent;
            return noneMatch == Any ? null : Problem.Of(FaultCode.BadRequest, "If-None-Match of a write is *.");
        }

        if (match is null or Any)
        {
            flags = match is null ? RequestFlags.None : RequestFlags.IfPresent;
            return null;
        }

        flags = RequestFlags.IfRevision;
        return TryReadEntityTag(match, out revision)
            ? null
            : Problem.Of(FaultCode.BadRequest, "If-Match is * or one revision in quotes, such as \"5\".");
    }

    private static bool TryReadEntityTag(string text, out Revision revision)
    {
        ulong value = 0;
        bool valid = text is ['"', .. var digits, '"']
            && ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            && value is > 0 and <= MaxRevision;
        revision = new Revision(value);
        return valid;
    }

    private static bool TryReadDuration(ReadOnlySpan<char> text, out uint milliseconds)
    {
        milliseconds = 0;
        int unitStart = text.IndexOfAnyExceptInRange('0', '9');
        if (unitStart <= 0)
        {
            return false;
        }

        uint? unit = text[unitStart..] switch
        {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            _ => null,
        };
        bool valid = uint.TryParse(text[..unitStart], NumberStyles.None, CultureInfo.InvariantCulture, out uint count)
            && unit is not null
            && (ulong)count * unit.Value <= uint.MaxValue;
        milliseconds = valid ? count * unit!.Value : 0;
        return valid;
    }
}
