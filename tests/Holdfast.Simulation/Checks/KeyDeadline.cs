using Holdfast.Api;

namespace Holdfast.Simulation;

/// <summary>When a key may end by itself, as far as the answers tell.</summary>
/// <param name="Ms">The deadline in ms since 1970; zero when there is none, <see cref="Untold"/> when no answer has said it.</param>
/// <param name="EndsFrom">The virtual time in µs from which on the key may be gone.</param>
internal readonly record struct KeyDeadline(ulong Ms, long EndsFrom)
{
    /// <summary>A deadline that there is, though nobody was told which.</summary>
    public const ulong Untold = ulong.MaxValue;

    /// <summary>No deadline.</summary>
    public static KeyDeadline None { get; } = new(0, long.MaxValue);

    /// <summary>The key has one.</summary>
    public bool IsSet => Ms != 0;

    /// <summary>The deadline of a key after a write, given that before it.</summary>
    public static KeyDeadline After(ClientOperation write, in KeyDeadline before) => write.Expiry.Kind switch
    {
        ExpiryKind.Never => None,
        ExpiryKind.After => new KeyDeadline(Untold, write.EndsFrom),
        ExpiryKind.At => new KeyDeadline((ulong)write.Expiry.Milliseconds, write.EndsFrom),
        _ => before,
    };

    /// <summary>Whether an expire's conditions can be met, where this is the key's deadline and <paramref name="next"/> is to be.</summary>
    public bool CanMeet(RequestFlags conditions, in KeyDeadline next) =>
        (!conditions.HasFlag(RequestFlags.IfLasting) || !IsSet)
        && (!conditions.HasFlag(RequestFlags.IfExpiring) || IsSet)
        && (!conditions.HasFlag(RequestFlags.IfLater) || (IsSet && (next.Ms > Ms || IsUntold(next))))
        && (!conditions.HasFlag(RequestFlags.IfEarlier) || !IsSet || next.Ms < Ms || IsUntold(next));

    /// <summary>Whether they can fail.</summary>
    public bool CanFail(RequestFlags conditions, in KeyDeadline next) =>
        (conditions.HasFlag(RequestFlags.IfLasting) && IsSet)
        || (conditions.HasFlag(RequestFlags.IfExpiring) && !IsSet)
        || (conditions.HasFlag(RequestFlags.IfLater) && (!IsSet || next.Ms <= Ms || IsUntold(next)))
        || (conditions.HasFlag(RequestFlags.IfEarlier) && IsSet && (next.Ms >= Ms || IsUntold(next)));

    /// <summary>The deadline once an answer told it; false when it can't be that.</summary>
    public bool TryBind(ulong ms, out KeyDeadline bound)
    {
        bool fits = Ms == Untold
            ? ms != 0 && ((long)ms - SimClock.EpochMs) * VirtualTime.Millisecond >= EndsFrom
            : ms == Ms;
        bound = this with { Ms = ms };
        return fits;
    }

    public override string ToString() => IsSet ? $"may end from {EndsFrom / 1e6:F6} s" : "lasts";

    private bool IsUntold(in KeyDeadline next) => Ms == Untold || next.Ms == Untold;
}
