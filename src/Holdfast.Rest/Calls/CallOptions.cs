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
    /// <summary>The largest revision: JSON numbers are exact up to it.</summary>
    public const ulong MaxRevision = (1UL << 53) - 1;

    private const long MaxTimeoutMs = 24 * 3_600_000;
    private const string Any = "*";

    /// <summary>The client's deadline from <c>Holdfast-Timeout</c>; zero, the default of the protocol, without one.</summary>
    public static Problem? ReadTimeout(RestCall call, out uint timeoutMs)
    {
        timeoutMs = 0;
        string? text = call.Http.Request.Headers["Holdfast-Timeout"];
        bool valid = text is null || (Durations.TryRead(text, out long read) && read is > 0 and <= MaxTimeoutMs && (timeoutMs = (uint)read) > 0);
        return valid
            ? null
            : Problem.Of(FaultCode.BadRequest, "Holdfast-Timeout is a positive integer with 'ms', 's', 'm' or 'h', such as 2s, of at most a day.");
    }

    /// <summary>When a written key expires, from <c>?ttl=</c>: never without one.</summary>
    public static Problem? ReadTimeToLive(RestCall call, out Expiry expiry)
    {
        expiry = Expiry.Never;
        if (call.Query.Text("ttl") is not { } text)
        {
            return null;
        }

        bool valid = Durations.TryRead(text, out long milliseconds) && milliseconds > 0;
        expiry = valid ? Expiry.After(milliseconds) : Expiry.Never;
        return valid ? null : Problem.InvalidTimeToLive("'ttl' is a positive integer with 'ms', 's', 'm', 'h' or 'd', such as 30s, of at most 100 years.");
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

    /// <summary>Refuses a condition in the headers of a call on many keys, which could not say whose it is.</summary>
    public static Problem? RefuseCondition(RestCall call) =>
        call.Http.Request.Headers.ContainsKey("If-Match") || call.Http.Request.Headers.ContainsKey("If-None-Match")
            ? Problem.Of(FaultCode.BadRequest, "A call on many keys takes neither If-Match nor If-None-Match.")
            : null;

    private static bool TryReadEntityTag(string text, out Revision revision)
    {
        ulong value = 0;
        bool valid = text is ['"', .. var digits, '"']
            && ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            && value is > 0 and <= MaxRevision;
        revision = new Revision(value);
        return valid;
    }
}
