namespace Holdfast.Client;

/// <summary>What to watch, and from where on.</summary>
public sealed record WatchOptions
{
    /// <summary>Only keys that begin with this.</summary>
    public ReadOnlyMemory<byte> Prefix { get; init; }

    /// <summary>The <see cref="WatchEvent.Token"/> to go on from; null is from now on.</summary>
    public string? From { get; init; }
}
