using System.Text.Json.Serialization;
using Holdfast.Primitives;
using Holdfast.Rest.Json;

namespace Holdfast.Rest.Batches;

/// <summary>The body of a batch: <c>{"ops":[…]}</c>.</summary>
internal sealed class BatchBody
{
    /// <summary>The operations in order.</summary>
    public required BoundedList<OperationBody> Ops { get; init; }
}

/// <summary>One operation as the body gives it, nothing checked.</summary>
internal sealed class OperationBody
{
    /// <summary>What it does.</summary>
    public required string? Op { get; init; }

    /// <summary>The key's text.</summary>
    [JsonConverter(typeof(TextBytesConverter))]
    public required byte[] Key { get; init; }

    /// <summary><c>base64</c> when the key's text is; null when it is the key.</summary>
    public string? KeyEncoding { get; init; }

    /// <summary>The value's text; null when there is none.</summary>
    [JsonConverter(typeof(TextBytesConverter))]
    public byte[]? Value { get; init; }

    /// <summary>How the value's text is to be read: <c>utf8</c>, as without, or <c>base64</c>.</summary>
    public string? Encoding { get; init; }

    /// <summary>The time to live.</summary>
    public TimeToLive? Ttl { get; init; }

    /// <summary>The revision that the key must have; zero: it must be absent.</summary>
    [JsonConverter(typeof(RevisionConverter))]
    public Revision? IfRevision { get; init; }

    /// <summary>Whether the key must be absent.</summary>
    public bool? IfAbsent { get; init; }

    /// <summary>What is added.</summary>
    public long? By { get; init; }

    /// <summary>The revision that a check asks for; zero: absent.</summary>
    [JsonConverter(typeof(RevisionConverter))]
    public Revision? Revision { get; init; }
}
