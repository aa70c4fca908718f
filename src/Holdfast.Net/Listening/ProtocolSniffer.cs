namespace Holdfast.Net.Listening;

/// <summary>
/// Tells the protocol of a connection from its first bytes. A pure function, and stable: once it decides on a prefix, no
/// continuation of that prefix changes the decision.
/// </summary>
public static class ProtocolSniffer
{
    /// <summary>With this many bytes there is always a decision.</summary>
    public const int MaxBytes = 32 * 1024;

    /// <summary>The protocol; null when more bytes are needed.</summary>
    public static Protocol? Sniff(ReadOnlySpan<byte> first) => throw new NotSupportedException();
}
