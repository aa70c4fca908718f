using System.Net;

namespace Holdfast.Net.Kestrel;

/// <summary>An endpoint of Kestrel that gets its connections from a <see cref="Listening.PortListener"/> instead of a port.</summary>
public sealed class HandoffEndPoint : EndPoint
{
    private readonly string _name;

    private HandoffEndPoint(string name) => _name = name;

    /// <summary>HTTP/1.x connections.</summary>
    public static HandoffEndPoint Http1 { get; } = new("handoff-http1");

    /// <summary>Clear-text HTTP/2 connections.</summary>
    public static HandoffEndPoint Http2 { get; } = new("handoff-http2");

    /// <inheritdoc/>
    public override string ToString() => _name;
}
