using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Client.Calls;

/// <summary>A request before it has an id and a deadline, kept for as long as it may have to be sent again.</summary>
internal sealed record Call
{
    public required Operation Operation { get; init; }

    public RequestFlags Flags { get; init; }

    public ReadOnlyMemory<byte> Key { get; init; }

    public ReadOnlyMemory<byte> Value { get; init; }

    public PartitionId Partition { get; init; }

    public Revision Revision { get; init; }

    public long Argument { get; init; }

    public Expiry Expiry { get; init; }

    /// <summary>Tells the write from all others; empty when nobody has to.</summary>
    public ReadOnlyMemory<byte> Token { get; init; }

    /// <summary>How long the call may take; null is the client's own timeout.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether it may be repeated when it is unknown whether it took effect.</summary>
    public bool Repeatable { get; init; }

    /// <summary>The request, as it goes out under <paramref name="id"/>.</summary>
    public Request ToRequest(ulong id, uint timeoutMs) => new()
    {
        Operation = Operation,
        Flags = Flags,
        Id = id,
        TimeoutMs = timeoutMs,
        Partition = Partition,
        Revision = Revision,
        Argument = Argument,
        Key = Key.Span,
        Value = Value.Span,
        Expiry = Expiry,
        Token = Token.Span,
    };
}
