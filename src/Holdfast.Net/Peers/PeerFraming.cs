using Holdfast.Primitives;

namespace Holdfast.Net.Peers;

/// <summary>
/// What is on the wire between nodes: <c>HFP1</c>, <c>P</c>, the (first) lane, the version; then frames, each after its length as 32
/// bits, little-endian.
/// </summary>
internal static class PeerFraming
{
    internal const int PreambleBytes = 7;
    internal const int LengthBytes = sizeof(uint);
    internal const byte Version = 1;

    private static ReadOnlySpan<byte> Magic => "HFP1P"u8;

    internal static void WritePreamble(Span<byte> destination, TransportLane lane)
    {
        Magic.CopyTo(destination);
        destination[Magic.Length] = (byte)lane;
        destination[Magic.Length + 1] = Version;
    }

    /// <summary>Whether this is a preamble that this version understands.</summary>
    internal static bool IsPreamble(ReadOnlySpan<byte> preamble) =>
        preamble.StartsWith(Magic) && Enum.IsDefined((TransportLane)preamble[Magic.Length]) && preamble[Magic.Length + 1] == Version;
}
