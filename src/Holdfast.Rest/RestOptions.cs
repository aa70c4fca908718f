namespace Holdfast.Rest;

/// <summary>What the operator sets of the HTTP front end.</summary>
public sealed record RestOptions
{
    /// <summary>The entry of <see cref="AllowedHosts"/> that admits every name.</summary>
    public const string AnyHost = "*";

    /// <summary>
    /// The names and addresses besides loopback that a request's <c>Host</c> may give: the advertised one and those of
    /// <c>--allowed-hosts</c>, without port and IPv6 addresses without brackets; case does not matter.
    /// </summary>
    public IReadOnlyCollection<string> AllowedHosts { get; init; } = [];

    /// <summary>The bounds of watches.</summary>
    public WatchOptions Watch { get; init; } = new();
}
