using System.Globalization;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>What a client does with lists, counters and banks (<see cref="SharedKeys"/>). Tags are unique, so that each effect is seen.</summary>
internal sealed class SharedWorkload(int client, SeededRandom random)
{
    private readonly Dictionary<string, ulong> _logRevisions = new(StringComparer.Ordinal);
    private int _tags;

    /// <summary>The next operation, at a moment that is given.</summary>
    public ClientOperation Next(ClientOperation moment) => random.Next(100) switch
    {
        < 25 => OnList(moment with { Key = SharedKeys.List(random.Next(SharedKeys.OfEach)) }),
        < 45 => OnCounter(moment with { Key = SharedKeys.Counter(random.Next(SharedKeys.OfEach)) }),
        _ => OnBank(moment, SharedKeys.Bank(random.Next(SharedKeys.OfEach))),
    };

    /// <summary>Learns from an answer.</summary>
    public void Saw(ClientOperation finished)
    {
        if (finished is { Operation: Operation.Get, Revision: > 0 })
        {
            _logRevisions[finished.Key] = finished.Revision;
        }
        else if (finished.Operation is Operation.Batch or Operation.List)
        {
            foreach (KeyAnswer told in finished.Told.Where(t => t.Revision > 0 && SharedKeys.IsList(t.Key)))
            {
                _logRevisions[told.Key] = told.Revision;
            }
        }
    }

    /// <summary>All keys of a bank, read by one batch.</summary>
    public static ClientOperation ReadAll(ClientOperation moment, string bank) => moment with
    {
        Key = SharedKeys.LogOf(bank),
        Operation = Operation.Batch,
        Parts = [.. SharedKeys.AllOf(bank).Select(key => Part(Operation.Get, key))],
    };

    private ClientOperation OnList(ClientOperation operation) => random.Chance(0.6)
        ? operation with { Operation = Operation.Append, Value = Tag() }
        : operation;

    private ClientOperation OnCounter(ClientOperation operation) => random.Chance(0.6)
        ? operation with { Operation = Operation.Increment, Argument = 1 }
        : operation;

    private ClientOperation OnBank(ClientOperation moment, string bank) => random.Next(100) switch
    {
        < 12 => moment with { Key = SharedKeys.LogOf(bank) },
        < 26 => ReadAll(moment, bank),
        < 42 => moment with
        {
            Operation = Operation.List,
            Key = bank,
            Value = bank[..^1] + (char)(bank[^1] + 1),
        },
        < 75 => Change(moment, bank, Transfer(bank)),
        _ => Change(moment, bank, Stamp(bank)),
    };

    private IEnumerable<ClientOperation> Transfer(string bank)
    {
        int from = random.Next(SharedKeys.Accounts.Count);
        int to = (from + random.Next(1, SharedKeys.Accounts.Count)) % SharedKeys.Accounts.Count;
        int amount = random.Next(1, 100);
        return
        [
            Part(Operation.Increment, bank + SharedKeys.Accounts[from]) with { Argument = -amount },
            Part(Operation.Increment, bank + SharedKeys.Accounts[to]) with { Argument = amount },
        ];
    }

    private IEnumerable<ClientOperation> Stamp(string bank)
    {
        string stamp = Tag();
        return SharedKeys.Stamps.Select(name => Part(Operation.Put, bank + name) with { Value = stamp });
    }

    /// <summary>
    /// Changes as one batch, noted in the bank's log first; perhaps on condition that nobody came in between, and perhaps with an operation
    /// that surely fails, so that nothing may come of the rest.
    /// </summary>
    private ClientOperation Change(ClientOperation moment, string bank, IEnumerable<ClientOperation> changes)
    {
        string log = SharedKeys.LogOf(bank);
        List<ClientOperation> parts = [Part(Operation.Append, log) with { Value = Tag() }, .. changes];
        bool sequential = false;
        switch (random.Next(10))
        {
            case 0:
                parts.Add(Part(Operation.Increment, log) with { Argument = 1 });
                break;
            case 1:
                parts.Insert(random.Next(1, parts.Count + 1), Part(Operation.Check, log) with { Flags = RequestFlags.IfAbsent });
                break;
            case <= 4 when _logRevisions.TryGetValue(log, out ulong revision):
                parts.Insert(0, Part(Operation.Check, log) with { Flags = RequestFlags.IfRevision, IfRevision = revision });
                sequential = random.Chance(0.3);
                break;
            case 5:
                sequential = true;
                break;
            default:
                break;
        }

        return moment with
        {
            Key = log,
            Operation = Operation.Batch,
            Flags = sequential ? RequestFlags.Sequential : RequestFlags.None,
            Parts = parts,
        };
    }

    private static ClientOperation Part(Operation operation, string key) => new() { Invoked = 0, Operation = operation, Key = key };

    private string Tag() => string.Create(CultureInfo.InvariantCulture, $"t{client}.{_tags++}{SharedKeys.TagEnd}");
}
