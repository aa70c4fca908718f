namespace Holdfast.Keyspace;

/// <summary>The kinds of <see cref="Expiry"/>.</summary>
public enum ExpiryKind : byte
{
    /// <summary>No deadline.</summary>
    None,

    /// <summary>At a point of group time.</summary>
    At,

    /// <summary>So long after the group time at apply.</summary>
    After,

    /// <summary>The deadline that the key has.</summary>
    Keep,
}

/// <summary>When a key is to expire. A deadline that is not after group time at apply deletes the key.</summary>
public readonly record struct Expiry
{
    private Expiry(ExpiryKind kind, ulong ms)
    {
        Kind = kind;
        Ms = ms;
    }

    /// <summary>The kind.</summary>
    public ExpiryKind Kind { get; }

    /// <summary>The point or the duration, in ms; else 0.</summary>
    public ulong Ms { get; }

    /// <summary>Never; whatever deadline the key has is taken away.</summary>
    public static Expiry None => default;

    /// <summary>When the key has one already: the same as before. An absent key gets none.</summary>
    public static Expiry Keep => new(ExpiryKind.Keep, 0);

    /// <summary>At a point of group time, in ms since the Unix epoch: at least 1, so 0 is taken as 1.</summary>
    public static Expiry At(ulong ms) => new(ExpiryKind.At, Math.Max(ms, 1));

    /// <summary>So many ms after the group time that the command is applied at, its own stamp included.</summary>
    public static Expiry After(ulong ms) => new(ExpiryKind.After, ms);

    /// <summary>The deadline that this gives a key at that time, which has <paramref name="present"/>; 0 for none.</summary>
    internal ulong DeadlineAt(ulong timeMs, ulong present) => Kind switch
    {
        ExpiryKind.None => 0,
        ExpiryKind.At => Ms,
        ExpiryKind.After => Ms > ulong.MaxValue - timeMs ? ulong.MaxValue : timeMs + Ms,
        _ => present,
    };

    /// <summary>Whether this sets a deadline that has passed at that time.</summary>
    internal bool IsPast(ulong timeMs) => Kind switch
    {
        ExpiryKind.At => Ms <= timeMs,
        ExpiryKind.After => Ms == 0,
        _ => false,
    };
}
