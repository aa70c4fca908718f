namespace Holdfast.Simulation;

/// <summary>Checks what was done with lists, counters and banks (<see cref="SharedKeys"/>).</summary>
internal static class SharedKeysCheck
{
    /// <summary>The first rule that a history breaks, and how; null when it keeps all.</summary>
    public static (string Rule, string Broken)? Check(IEnumerable<ClientOperation> history)
    {
        ILookup<string, ClientOperation> byKey = history.Where(o => !SharedKeys.IsRegister(o.Key))
            .ToLookup(o => SharedKeys.IsBank(o.Key) ? SharedKeys.BankOf(o.Key) : o.Key, StringComparer.Ordinal);
        foreach (IGrouping<string, ClientOperation> key in byKey.OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            if (CheckOne(key.Key, [.. key]) is { } broken)
            {
                return broken;
            }
        }

        return null;
    }

    private static (string Rule, string Broken)? CheckOne(string key, ClientOperation[] operations)
    {
        if (SharedKeys.IsCounter(key))
        {
            return CounterOrder.Check(key, operations) is { } miscounted ? (nameof(CounterOrder), miscounted) : null;
        }

        bool isBank = SharedKeys.IsBank(key);
        string list = isBank ? SharedKeys.LogOf(key) : key;
        return isBank && BankOrder.Check(key, operations) is { } halved ? (nameof(BankOrder), halved)
            : ListOrder.Check(list, ListEvent.Of(operations, list)) is { } misplaced ? (nameof(ListOrder), misplaced)
            : null;
    }
}
