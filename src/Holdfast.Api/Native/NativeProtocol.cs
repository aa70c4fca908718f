namespace Holdfast.Api;

/// <summary>
/// The protocol that native clients and forwarding nodes speak. A connection begins with <see cref="Magic"/>, then
/// <see cref="ClientRole"/>; then requests go one way and replies the other, each in the form of <see cref="Request"/> and
/// <see cref="Reply"/>. Replies come in any order and carry the id of their request.
/// </summary>
public static class NativeProtocol
{
    /// <summary>The role byte of a connection on which requests come and replies go.</summary>
    public const byte ClientRole = (byte)'C';

    /// <summary>The longest request or reply after its length field: a largest value, a key, and room for headers.</summary>
    public const int MaxMessageBytes = (32 * 1024 * 1024) - 1;

    /// <summary>The first bytes of every native connection.</summary>
    public static ReadOnlySpan<byte> Magic => "HFP1"u8;
}
