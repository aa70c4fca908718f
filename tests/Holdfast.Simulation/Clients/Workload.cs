using System.Globalization;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>What a client asks next.</summary>
internal interface IWorkload
{
    /// <summary>The next operation; null when there is no more.</summary>
    ClientOperation? Next(long moment, long now);

    /// <summary>Learns from an answer.</summary>
    void Saw(ClientOperation finished);
}

/// <summary>
/// Reads and all kinds of writes, most of them on a few keys that all clients share. Values are unique, so that a read tells which
/// writes it saw. Some keys last: they have no deadlines. Many writes are such as are sent again until their outcome is known.
/// </summary>
/// <param name="client">The client.</param>
/// <param name="setsDeadlines">Whether the nodes keep deadlines.</param>
/// <param name="repetitions">By what they know writes again; none where they know no batches either.</param>
/// <param name="random">What is drawn from.</param>
internal sealed class MixedWorkload(int client, bool setsDeadlines, IReadOnlyList<Repetition> repetitions, SeededRandom random) : IWorkload
{
    private const int HotKeys = 8;
    private const int WideKeys = 64;
    private const int LongValue = 300;

    private readonly Dictionary<string, ClientOperation> _seen = new(StringComparer.Ordinal);
    private readonly SharedWorkload _shared = new(client, random);
    private int _values;

    public ClientOperation? Next(long moment, long now)
    {
        bool isShared = repetitions.Count > 0 && random.Chance(0.3);
        ClientOperation operation = isShared ? _shared.Next(At(moment, now, "")) : OnRegister(moment, now);
        return repetitions.Count > 0 && operation.IsWrite && random.Chance(0.5)
            ? operation with { Repetition = random.Pick(repetitions) }
            : operation;
    }

    public void Saw(ClientOperation finished)
    {
        if (!SharedKeys.IsRegister(finished.Key))
        {
            _shared.Saw(finished);
        }
        else if (finished.Revision > 0)
        {
            _seen[finished.Key] = finished;
        }
    }

    private ClientOperation OnRegister(long moment, long now)
    {
        string key = random.Chance(0.75)
            ? string.Create(CultureInfo.InvariantCulture, $"hot{random.Next(HotKeys)}")
            : string.Create(CultureInfo.InvariantCulture, $"wide/{random.Next(WideKeys)}");
        ClientOperation operation = OnValue(At(moment, now, key), isCounter: key is "hot0" or "hot1");
        return setsDeadlines && key is not ("hot0" or "hot2") ? operation.MaybeOfDeadline(random) : operation;
    }

    private ClientOperation At(long moment, long now, string key) =>
        new() { Invoked = moment, InvokedAt = now, Client = client, Key = key, Operation = Operation.Get };

    private ClientOperation OnValue(ClientOperation operation, bool isCounter)
    {
        string key = operation.Key;
        return random.Next(100) switch
        {
            < 35 => operation,
            < 50 when key[0] == 'w' && random.Chance(0.2) => operation with { Operation = Operation.Put, Value = Large() },
            < 50 => operation with { Operation = Operation.Put, Value = isCounter ? Integer() : Unique() },
            < 65 when isCounter => operation with { Operation = Operation.Increment, Argument = random.Next(-5, 100) },
            < 65 when IsLong(key) => operation with { Operation = Operation.Put, Value = Unique() },
            < 65 => operation with { Operation = Operation.Append, Value = Unique() },
            < 73 => operation with { Operation = Operation.Delete },
            < 79 => operation with { Operation = Operation.Increment, Argument = random.Next(1, 10) },
            < 86 => operation with { Operation = Operation.Put, Value = Unique(), Flags = RequestFlags.IfAbsent },
            < 89 => operation with { Operation = Operation.Delete, Flags = RequestFlags.IfRevision, IfRevision = LastRevision(key) },
            _ => operation with { Operation = Operation.Put, Value = Unique(), Flags = RequestFlags.IfRevision, IfRevision = LastRevision(key) },
        };
    }

    private ulong LastRevision(string key) => _seen.TryGetValue(key, out ClientOperation? seen) ? seen.Revision : 1;

    private bool IsLong(string key) =>
        _seen.TryGetValue(key, out ClientOperation? seen) && Math.Max(seen.Read.Length, seen.Number) > LongValue;

    private string Unique() => string.Create(CultureInfo.InvariantCulture, $"c{client}.{_values++};");

    // Spans many sectors of a disk, so that its write can be torn.
    private string Large() => Unique().PadRight(random.Next(600, 6_000), '.');

    private string Integer() => string.Create(CultureInfo.InvariantCulture, $"{(client * 100_000) + _values++}");
}

/// <summary>One read of each of some keys: what is left at the end. A bank's log is read together with its other keys.</summary>
internal sealed class ReadEach(int client, IEnumerable<string> keys) : IWorkload
{
    private readonly Queue<string> _keys = new(keys);

    public ClientOperation? Next(long moment, long now)
    {
        if (!_keys.TryDequeue(out string? key))
        {
            return null;
        }

        ClientOperation get = new() { Invoked = moment, InvokedAt = now, Client = client, Key = key, Operation = Operation.Get };
        return SharedKeys.IsBank(key) ? SharedWorkload.ReadAll(get, SharedKeys.BankOf(key)) : get;
    }

    public void Saw(ClientOperation finished)
    {
    }
}
