namespace Holdfast.Net.Listening;

/// <summary>
/// Tells the protocol of a connection from its first bytes. A pure function, and stable: once it decides on a prefix, no
/// continuation of that prefix changes the decision.
/// </summary>
public static class ProtocolSniffer
{
    /// <summary>With this many bytes there is always a decision.</summary>
    public const int MaxBytes = 32 * 1024;

    private const byte TlsHandshake = 0x16;
    private const byte RespArray = (byte)'*';

    private static ReadOnlySpan<byte> Http2Preface => "PRI * HTTP/2.0"u8;

    private static ReadOnlySpan<byte> NativeMagic => "HFP1"u8;

    private static ReadOnlySpan<byte> Http1Version => "HTTP/1."u8;

    /// <summary>The protocol; null when more bytes are needed.</summary>
    public static Protocol? Sniff(ReadOnlySpan<byte> first)
    {
        if (first.IsEmpty)
        {
            return null;
        }

        if (first[0] == TlsHandshake)
        {
            return Protocol.Tls;
        }

        if (first[0] == RespArray)
        {
            return Protocol.Resp;
        }

        if (IsStartOf(first, Http2Preface))
        {
            return first.Length >= Http2Preface.Length ? Protocol.Http2 : null;
        }

        if (IsStartOf(first, NativeMagic))
        {
            return SniffNative(first);
        }

        return SniffFirstLine(first);
    }

    private static bool IsStartOf(ReadOnlySpan<byte> first, ReadOnlySpan<byte> magic)
    {
        int length = Math.Min(first.Length, magic.Length);
        return first[..length].SequenceEqual(magic[..length]);
    }

    private static Protocol? SniffNative(ReadOnlySpan<byte> first) =>
        first.Length <= NativeMagic.Length
            ? null
            : first[NativeMagic.Length] switch
            {
                (byte)'P' => Protocol.Peer,
                (byte)'C' => Protocol.NativeClient,
                _ => Protocol.UnknownNative,
            };

    /// <summary>
    /// HTTP only when the whole first line is a request line (RFC 9112 §3): so <c>GET /x</c> alone is an inline command of Redis.
    /// Anything that can no longer become a request line goes to RESP, which answers it with an error.
    /// </summary>
    private static Protocol? SniffFirstLine(ReadOnlySpan<byte> first)
    {
        ReadOnlySpan<byte> line = first[..Math.Min(first.Length, MaxBytes)];
        int method = 0;
        while (method < line.Length && IsTokenCharacter(line[method]))
        {
            method++;
        }

        if (method == line.Length)
        {
            return Undecided(line);
        }

        if (method == 0 || line[method] != ' ')
        {
            return Protocol.Resp;
        }

        ReadOnlySpan<byte> rest = line[(method + 1)..];
        int target = 0;
        while (target < rest.Length && rest[target] > ' ' && rest[target] != 0x7F)
        {
            target++;
        }

        if (target == rest.Length)
        {
            return Undecided(line);
        }

        return target == 0 || rest[target] != ' ' ? Protocol.Resp : SniffVersion(line, rest[(target + 1)..]);
    }

    private static Protocol? SniffVersion(ReadOnlySpan<byte> line, ReadOnlySpan<byte> version)
    {
        if (!IsStartOf(version, Http1Version))
        {
            return Protocol.Resp;
        }

        if (version.Length <= Http1Version.Length)
        {
            return Undecided(line);
        }

        ReadOnlySpan<byte> end = version[(Http1Version.Length + 1)..];
        if (!char.IsAsciiDigit((char)version[Http1Version.Length]))
        {
            return Protocol.Resp;
        }

        if (end.IsEmpty || (end[0] == '\r' && end.Length == 1))
        {
            return Undecided(line);
        }

        return end[0] == '\n' || (end[0] == '\r' && end[1] == '\n') ? Protocol.Http1 : Protocol.Resp;
    }

    private static Protocol? Undecided(ReadOnlySpan<byte> line) => line.Length >= MaxBytes ? Protocol.Resp : null;

    /// <summary><c>tchar</c> of RFC 9110 §5.6.2.</summary>
    private static bool IsTokenCharacter(byte value) =>
        char.IsAsciiLetterOrDigit((char)value) || "!#$%&'*+-.^_`|~"u8.Contains(value);
}
