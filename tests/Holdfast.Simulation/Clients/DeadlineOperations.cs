using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>What clients ask of the deadlines of keys.</summary>
internal static class DeadlineOperations
{
    private static readonly RequestFlags[] Conditions =
    [
        RequestFlags.None,
        RequestFlags.None,
        RequestFlags.IfLasting,
        RequestFlags.IfExpiring,
        RequestFlags.IfLater,
        RequestFlags.IfEarlier,
        RequestFlags.IfExpiring | RequestFlags.IfLater,
        RequestFlags.IfExpiring | RequestFlags.IfEarlier,
    ];

    /// <summary>Perhaps something about a key's deadline, in place of an operation on its value; perhaps a put with a deadline.</summary>
    public static ClientOperation MaybeOfDeadline(this ClientOperation operation, SeededRandom random) => random.Next(100) switch
    {
        < 5 => Asked(operation) with { Operation = Operation.Deadline },
        < 9 => Asked(operation) with { Operation = Operation.Expire },
        < 20 => Asked(operation) with
        {
            Operation = Operation.Expire,
            Flags = random.Pick(Conditions),
            Expiry = SomeExpiry(operation.InvokedAt, random),
        },
        < 60 when operation.Operation == Operation.Put => operation with { Expiry = SomeExpiry(operation.InvokedAt, random) },
        < 70 when operation.Operation == Operation.Put => operation with { Expiry = Expiry.Keep },
        _ => operation,
    };

    /// <summary>
    /// So soon that the key ends while clients look at it; or so late that it must not, whatever goes wrong. Some instants have passed.
    /// </summary>
    private static Expiry SomeExpiry(long now, SeededRandom random)
    {
        long left = random.Chance(0.6) ? random.Spread(10, 10) : random.Spread(15_000, 13);
        return random.Chance(0.7)
            ? Expiry.After(left)
            : Expiry.At(SimClock.EpochMs + (now / VirtualTime.Millisecond) + (random.Chance(0.1) ? -left : left));
    }

    private static ClientOperation Asked(ClientOperation operation) => new()
    {
        Invoked = operation.Invoked,
        InvokedAt = operation.InvokedAt,
        Client = operation.Client,
        Key = operation.Key,
        Operation = operation.Operation,
    };
}
