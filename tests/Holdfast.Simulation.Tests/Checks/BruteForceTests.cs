using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

/// <summary>The search compared with a twin that tries every order, on small histories of which about half have none.</summary>
public class BruteForceTests
{
    private const int Histories = 4_000;

    [Fact]
    public void The_search_agrees_with_a_twin_that_tries_every_order()
    {
        SeededRandom random = new(20);
        int linearizable = 0;
        for (int i = 0; i < Histories; i++)
        {
            ClientOperation[] history = SomeHistory(random, out bool isHonest);
            bool expected = HasOrder(history);
            bool found = LinearizabilityChecker.Check(history).Broken is null;

            Assert.True(expected == found, string.Join('\n', history.Select(o => o.ToString()).Prepend($"expected {expected}")));
            Assert.True(expected || !isHonest, "answers of a store that works one by one have an order");
            linearizable += expected ? 1 : 0;
        }

        Assert.InRange(linearizable, Histories / 10, Histories * 9 / 10);
    }

    /// <summary>Operations with overlapping spans and the answers of some order of moments within them, then perhaps one answer changed.</summary>
    private static ClientOperation[] SomeHistory(SeededRandom random, out bool isHonest)
    {
        int count = random.Next(2, 7);
        LedgerStore store = new();
        long? endsFrom = null;
        List<ClientOperation> history = [];
        for (int i = 0; i < count; i++)
        {
            // Effects are 10 moments apart and spans reach up to two effects to either side: distinct moments, real overlap.
            long effect = (i + 3) * 10;
            ClientOperation operation = SomeOperation(random, i) with
            {
                Invoked = effect - random.Next(0, 30),
                Completed = effect + random.Next(1, 30),
                CompletedAt = effect,
            };
            if (operation.CompletedAt >= endsFrom && random.Chance(0.5))
            {
                Execute(store, operation with { Operation = Operation.Delete, Flags = RequestFlags.None });
                endsFrom = null;
            }

            ClientOperation answered = Answered(store, operation, random, ref endsFrom);
            history.Add(Spread(answered, i));
        }

        isHonest = random.Chance(0.4);
        if (!isHonest)
        {
            int changed = random.Next(count);
            history[changed] = Changed(history[changed], random);
        }

        return [.. history];
    }

    /// <summary>Makes the moments of all operations distinct.</summary>
    private static ClientOperation Spread(ClientOperation operation, int place) => operation with
    {
        Invoked = (operation.Invoked * 100) + place,
        Completed = operation.Completed == long.MaxValue ? long.MaxValue : (operation.Completed * 100) + 50 + place,
    };

    private static ClientOperation SomeOperation(SeededRandom random, int place)
    {
        ClientOperation operation = new() { Invoked = 0, Key = "k", Operation = Operation.Get };
        return random.Next(7) switch
        {
            0 or 1 => operation,
            2 => operation with
            {
                Operation = Operation.Put,
                Value = $"{place}",
                Expiry = random.Chance(0.5) ? Expiry.After(1) : random.Chance(0.5) ? Expiry.Keep : Expiry.Never,
                EndsFrom = random.Next(0, 90),
            },
            3 => operation with { Operation = Operation.Append, Value = $"{place}" },
            4 => operation with { Operation = Operation.Delete },
            5 => operation with { Operation = Operation.Increment, Argument = 1 },
            _ => operation with
            {
                Operation = Operation.Put,
                Value = $"{place}",
                Flags = random.Chance(0.5) ? RequestFlags.IfAbsent : RequestFlags.IfRevision,
                IfRevision = (ulong)random.Next(1, 4),
            },
        };
    }

    /// <param name="store">The store, which knows no deadlines.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="random">What is drawn.</param>
    /// <param name="endsFrom">When the key may end by a deadline, before the operation and after it; null when it has none.</param>
    private static ClientOperation Answered(LedgerStore store, ClientOperation operation, SeededRandom random, ref long? endsFrom)
    {
        bool isLost = random.Chance(0.15);
        if (isLost && random.Chance(0.5))
        {
            return operation with { Outcome = OperationOutcome.Unknown, Completed = long.MaxValue, CompletedAt = long.MaxValue };
        }

        bool endsBefore = endsFrom is not null;
        Reply reply = Execute(store, operation);
        if (reply.Fault == FaultCode.None)
        {
            endsFrom = operation switch
            {
                { Operation: Operation.Delete } => null,
                { Operation: Operation.Put, Expiry.Kind: ExpiryKind.Never } => null,
                { Operation: Operation.Put, Expiry.Kind: ExpiryKind.After } => operation.EndsFrom,
                _ => reply.Flags.HasFlag(ReplyFlags.Created) ? null : endsFrom,
            };
        }

        if (isLost)
        {
            return operation with { Outcome = OperationOutcome.Unknown, Completed = long.MaxValue, CompletedAt = long.MaxValue };
        }

        return operation with
        {
            Outcome = reply.Fault == FaultCode.None ? OperationOutcome.Done : OperationOutcome.Refused,
            Fault = reply.Fault,
            Found = reply.Flags.HasFlag(ReplyFlags.Found),
            Created = reply.Flags.HasFlag(ReplyFlags.Created),
            Read = System.Text.Encoding.Latin1.GetString(reply.Payload),
            Revision = reply.Revision.Value,
            Number = reply.Number,
            TimeToLiveMs = operation.Operation == Operation.Get && endsBefore && reply.Flags.HasFlag(ReplyFlags.Found) ? 1UL : 0,
        };
    }

    private static Reply Execute(LedgerStore store, ClientOperation operation) => store.Execute(
        new Request
        {
            Operation = operation.Operation,
            Flags = operation.Flags,
            Argument = operation.Argument,
            Revision = new Revision(operation.IfRevision),
            Key = "k"u8,
            Value = System.Text.Encoding.Latin1.GetBytes(operation.Value),
        },
        out _);

    private static ClientOperation Changed(ClientOperation operation, SeededRandom random) => random.Next(5) switch
    {
        0 => operation with { Revision = operation.Revision + 1 },
        1 => operation with { Found = !operation.Found, Created = !operation.Created },
        3 => operation with { TimeToLiveMs = 1 - Math.Min(operation.TimeToLiveMs, 1), EndsFrom = 2 * operation.EndsFrom },
        2 => operation with { Read = operation.Read + "0", Number = operation.Number + 1 },
        _ => operation with { Outcome = OperationOutcome.NotApplied },
    };

    private static bool HasOrder(ClientOperation[] history) => HasOrder(
        KeyState.Absent,
        history.Where(o => o.Outcome != OperationOutcome.NotApplied && (o.IsWrite || o.Outcome != OperationOutcome.Unknown)).ToArray());

    private static bool HasOrder(KeyState state, ClientOperation[] left) =>
        left.All(o => o.Outcome == OperationOutcome.Unknown)
        || left.Any(next =>
            left.All(other => other.Completed > next.Invoked)
            && (Leads(state, next, left) || (state.TryEnd(next.CompletedAt, out KeyState ended) && Leads(ended, next, left))));

    private static bool Leads(KeyState state, ClientOperation next, ClientOperation[] left) =>
        KeyModel.TryApply(state, next, out KeyState after) && HasOrder(after, left.Where(o => o != next).ToArray());
}
