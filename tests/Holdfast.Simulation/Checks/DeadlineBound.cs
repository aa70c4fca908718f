using Holdfast.Api;

namespace Holdfast.Simulation;

/// <summary>
/// How early a key may end by its deadline (docs/adr/0007): not before its time, as long as at most one clock of three is wrong, but
/// for what the time of a cluster may be off. Where more clocks were wrong nothing is said of the time since.
/// </summary>
internal static class DeadlineBound
{
    /// <summary>The part of its time by which a deadline comes early while the time of the cluster goes faster, to meet that of the clocks.</summary>
    private const long SlewDivisor = 10;

    /// <summary>How far clocks drift apart, generously.</summary>
    private const long DriftDivisor = 250;

    /// <summary>
    /// What the times of two leaders may differ by though hardly any clock is wrong: what clocks are apart, how far a median may be off
    /// before it is not followed at once any more, and what a link or a process that stood still held up a report.
    /// </summary>
    private const long ToleranceMicros = SimClock.SpreadMicros + (2 * VirtualTime.Second) + (3 * VirtualTime.Second);

    /// <summary>Whose time is off by more, though hardly any clock is wrong, for a person; null when nobody's is.</summary>
    public static string? WrongTime(World world)
    {
        long trueMs = SimClock.EpochMs + (world.Now / VirtualTime.Millisecond);
        SimHost? wrong = world.ClocksLostAt != long.MaxValue ? null : world.Hosts.FirstOrDefault(host =>
            host.Node?.UnixMs is { } ms && ms != 0 && Math.Abs(ms - trueMs) * VirtualTime.Millisecond > ToleranceMicros);
        return wrong is null ? null : $"n{wrong.Index} takes it to be {wrong.Node!.UnixMs - trueMs} ms later than it is";
    }

    /// <summary>The operations, with the moments before which their deadlines let no key end.</summary>
    public static IEnumerable<ClientOperation> Apply(IEnumerable<ClientOperation> history, long clocksLostAt) =>
        history.Select(o => o.Expiry.Kind is ExpiryKind.After or ExpiryKind.At ? o with { EndsFrom = EndsFrom(o, clocksLostAt) } : o);

    private static long EndsFrom(ClientOperation write, long clocksLostAt)
    {
        if (clocksLostAt != long.MaxValue && write.CompletedAt >= clocksLostAt)
        {
            // Its stamp may be of any time, and so its deadline.
            return 0;
        }

        long left = write.Expiry.Kind == ExpiryKind.After
            ? write.Expiry.Milliseconds * VirtualTime.Millisecond
            : ((write.Expiry.Milliseconds - SimClock.EpochMs) * VirtualTime.Millisecond) - write.InvokedAt;
        long early = (left / SlewDivisor) + (left / DriftDivisor) + ToleranceMicros;
        return Math.Clamp(write.InvokedAt + left - early, 0, clocksLostAt);
    }
}
