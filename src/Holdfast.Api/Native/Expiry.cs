namespace Holdfast.Api;

/// <summary>How the moment is given at which a key expires. The numbers are on the wire: never change or reuse one.</summary>
public enum ExpiryKind : byte
{
    /// <summary>Not at all: what deadline there was is dropped.</summary>
    Never = 0,

    /// <summary>So many milliseconds after the write is applied, in the partition's own time.</summary>
    After = 1,

    /// <summary>At an instant, in milliseconds since the Unix epoch.</summary>
    At = 2,

    /// <summary>The deadline that the key has, if any, stays.</summary>
    Keep = 3,
}

/// <summary>When a key expires.</summary>
/// <param name="Kind">How it is given.</param>
/// <param name="Milliseconds">The milliseconds, for <see cref="ExpiryKind.After"/> and <see cref="ExpiryKind.At"/>: not negative.</param>
public readonly record struct Expiry(ExpiryKind Kind, long Milliseconds = 0)
{
    /// <summary>Never.</summary>
    public static Expiry Never => default;

    /// <summary>When it does now.</summary>
    public static Expiry Keep => new(ExpiryKind.Keep);

    /// <summary>After so many milliseconds.</summary>
    public static Expiry After(long milliseconds) => new(ExpiryKind.After, milliseconds);

    /// <summary>At an instant, in milliseconds since the Unix epoch.</summary>
    public static Expiry At(long unixMilliseconds) => new(ExpiryKind.At, unixMilliseconds);
}
