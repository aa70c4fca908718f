using System.Text;
using Holdfast.Api;

namespace Holdfast.Resp.Commands;

/// <summary>How a command counts the time that it gives.</summary>
[Flags]
internal enum TimeUnit
{
    /// <summary>In ms from now.</summary>
    Milliseconds = 0,

    /// <summary>In s.</summary>
    Seconds = 1,

    /// <summary>Since the Unix epoch.</summary>
    SinceEpoch = 2,
}

/// <summary>Makes expiries of the times that commands give.</summary>
internal static class TimeUnits
{
    /// <summary>The unit that EX, PX, EXAT or PXAT stands for.</summary>
    public static bool TryOfOption(ReadOnlySpan<byte> option, out TimeUnit unit)
    {
        TimeUnit? found = Is(option, "ex"u8) ? TimeUnit.Seconds
            : Is(option, "px"u8) ? TimeUnit.Milliseconds
            : Is(option, "exat"u8) ? TimeUnit.Seconds | TimeUnit.SinceEpoch
            : Is(option, "pxat"u8) ? TimeUnit.Milliseconds | TimeUnit.SinceEpoch
            : null;
        unit = found ?? default;
        return found is not null;
    }

    /// <summary>The expiry of a time; what has passed already is the earliest there is. False when its instant does not fit as ms.</summary>
    public static bool TryExpiry(this TimeUnit unit, long time, IRespClock clock, out Expiry expiry)
    {
        long factor = (unit & TimeUnit.Seconds) != TimeUnit.Milliseconds ? 1000 : 1;
        bool isRelative = (unit & TimeUnit.SinceEpoch) == TimeUnit.Milliseconds;
        long latest = isRelative ? long.MaxValue - (clock.UnixTimeMicroseconds / 1000) : long.MaxValue;
        bool fits = time <= latest / factor && time >= long.MinValue / factor;
        long milliseconds = fits ? time * factor : 0;
        expiry = milliseconds <= 0 ? Expiry.At(1) : isRelative ? Expiry.After(milliseconds) : Expiry.At(milliseconds);
        return fits;
    }

    private static bool Is(ReadOnlySpan<byte> option, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(option, name);
}
