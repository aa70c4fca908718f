namespace Holdfast.Net.Listening;

/// <summary>What a connection speaks, as its first bytes tell.</summary>
public enum Protocol
{
    /// <summary>The Redis protocol, inline commands and garbage included: it answers garbage with an error.</summary>
    Resp,

    /// <summary>HTTP/1.x in clear text.</summary>
    Http1,

    /// <summary>HTTP/2 in clear text with prior knowledge.</summary>
    Http2,

    /// <summary>Another node: <c>HFP1</c> and <c>P</c>.</summary>
    Peer,

    /// <summary>A native client: <c>HFP1</c> and <c>C</c>.</summary>
    NativeClient,

    /// <summary><c>HFP1</c> and a kind that this version doesn't know.</summary>
    UnknownNative,

    /// <summary>A TLS handshake.</summary>
    Tls,
}
