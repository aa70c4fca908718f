using System.Text.Json;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Rest.Problems;

/// <summary>Why a call failed, as users see it: <c>application/problem+json</c> (RFC 9457).</summary>
internal sealed record Problem(int Status, string Code, string Detail)
{
    /// <summary>Whether the call took effect; null means that it did not, which only the errors of writes say.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>For a failed condition the key's actual revision, <see cref="Revision.None"/> when it is absent; else null.</summary>
    public Revision? Revision { get; init; }

    /// <summary>Of a call with several operations or keys, the one that is at fault, from 0; null when none is alone.</summary>
    public long? Index { get; init; }

    /// <summary>When a retry makes sense, in ms; null when it does not.</summary>
    public uint? RetryAfterMs { get; init; }

    /// <summary>The methods that a resource has, when the call used another.</summary>
    public string? Allow { get; init; }

    /// <summary>What a node waits for before it is ready.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>A problem that the front end itself finds, before anything was asked of the store.</summary>
    public static Problem Of(FaultCode code, string detail) => new(code.Status(), code.Name(), detail)
    {
        RetryAfterMs = code.IsTransient() ? 0 : null,
    };

    /// <summary>A fault as the store told it.</summary>
    public static Problem Of(in Fault fault) => Of(fault.Code, fault.Detail) with
    {
        Outcome = fault.Outcome,
        Revision = fault.Code == FaultCode.ConditionFailed ? fault.Revision : null,
        RetryAfterMs = fault.Code.IsTransient() ? fault.RetryAfterMs : null,
    };

    /// <summary>The time to live is none.</summary>
    public static Problem InvalidTimeToLive(string detail) => new(400, "invalid-ttl", detail);

    /// <summary>The call goes against the rules for browsers.</summary>
    public static Problem Forbidden(string detail) => new(403, "forbidden", detail);

    /// <summary>There is no such key, or no such resource.</summary>
    public static Problem NotFound(string detail) => new(404, "not-found", detail);

    /// <summary>The resource has other methods.</summary>
    public static Problem MethodNotAllowed(string allow) =>
        new(405, "method-not-allowed", $"This resource has the methods {allow}.") { Allow = allow };

    /// <summary>The same problem as one of an operation or key: <paramref name="place"/> is what the body calls it.</summary>
    public Problem At(string place, int index) => this with { Detail = $"{place}[{index}]: {Detail}", Index = index };

    /// <summary>Writes the problem as one JSON object; <paramref name="isWrite"/>: with the outcome.</summary>
    public void Write(Utf8JsonWriter json, bool isWrite)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "urn:holdfast:" + Code);
        json.WriteString("title"u8, Title());
        json.WriteNumber("status"u8, Status);
        json.WriteString("detail"u8, Detail);
        json.WriteString("code"u8, Code);
        if (isWrite)
        {
            json.WriteString("outcome"u8, (Outcome ?? Api.Outcome.NotApplied).Name());
        }

        if (Revision == Primitives.Revision.None)
        {
            json.WriteNull("revision"u8);
        }
        else if (Revision is { } revision)
        {
            json.WriteNumber("revision"u8, revision.Value);
        }

        if (Index is { } index)
        {
            json.WriteNumber("index"u8, index);
        }

        if (WaitingFor is not null)
        {
            json.WriteString("waiting_for"u8, WaitingFor);
        }

        json.WriteEndObject();
    }

    private string Title() => char.ToUpperInvariant(Code[0]) + Code[1..].Replace('-', ' ');
}
