using System.Globalization;
using System.Text;

namespace Holdfast.Simulation;

/// <summary>What the check of a history found.</summary>
/// <param name="Broken">Why no order explains some key's history, for a person; null when each key has one.</param>
/// <param name="Undecided">The keys on which the search was given up.</param>
/// <param name="Ended">How often keys ended by their deadlines, in the orders that were found.</param>
public sealed record LinearizabilityResult(string? Broken, IReadOnlyList<string> Undecided, int Ended);

/// <summary>
/// Checks that each key's operations can be put into one order that agrees with real time and in which every answer is right
/// (Herlihy and Wing 1990). Keys are independent, since linearizability is local.
/// </summary>
public static class LinearizabilityChecker
{
    /// <summary>How many configurations a search over one key looks at before it gives up.</summary>
    public const int DefaultLimit = 500_000;

    /// <summary>Checks a history, key by key.</summary>
    public static LinearizabilityResult Check(IEnumerable<ClientOperation> history, int limit = DefaultLimit)
    {
        List<string> undecided = [];
        int ended = 0;
        foreach (IGrouping<string, ClientOperation> key in Relevant(history).GroupBy(o => o.Key).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            ClientOperation[] operations = key.ToArray();
            KeyOrderSearch search = new(operations, limit);
            switch (search.Run())
            {
                case SearchResult.Impossible:
                    return new LinearizabilityResult(Explain(key.Key, operations, limit), undecided, ended);
                case SearchResult.Undecided:
                    undecided.Add(key.Key);
                    break;
                default:
                    ended += search.Ended;
                    break;
            }
        }

        return new LinearizabilityResult(null, undecided, ended);
    }

    // What was not applied has no place in any order: were it applied all the same, some later answer would have no explanation.
    private static IEnumerable<ClientOperation> Relevant(IEnumerable<ClientOperation> history) =>
        history.Where(o => o.Outcome != OperationOutcome.NotApplied && (o.IsWrite || o.Outcome != OperationOutcome.Unknown));

    private static string Explain(string key, ClientOperation[] operations, int limit)
    {
        ClientOperation first = FirstUnexplained(operations, limit);
        KeyOrderSearch search = new(AsOf(operations, first.Completed), limit);
        search.Run();
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"no order explains the history of '{key}' once this was answered:");
        text.AppendLine(CultureInfo.InvariantCulture, $"  {first}");
        text.AppendLine("the best order that was found ends with:");
        foreach (ClientOperation operation in search.FurthestOrder.TakeLast(8))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {operation}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"then the key is {search.FurthestState}, and one of these would have to be next:");
        foreach (ClientOperation operation in search.FurthestCandidates)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {operation}");
        }

        return text.ToString();
    }

    /// <summary>The answer up to which an order exists: a history that has one keeps it when it is cut short, so halving finds it.</summary>
    private static ClientOperation FirstUnexplained(ClientOperation[] operations, int limit)
    {
        ClientOperation[] answered = operations.Where(o => o.Outcome != OperationOutcome.Unknown).OrderBy(o => o.Completed).ToArray();
        int low = 0;
        int high = answered.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            bool impossible = new KeyOrderSearch(AsOf(operations, answered[middle].Completed), limit).Run() == SearchResult.Impossible;
            (low, high) = impossible ? (low, middle) : (middle + 1, high);
        }

        return answered[low];
    }

    /// <summary>The history as it was known at a moment: what was not answered by then is open.</summary>
    private static IEnumerable<ClientOperation> AsOf(ClientOperation[] operations, long moment) => Relevant(operations
        .Where(o => o.Invoked < moment)
        .Select(o => o.Completed <= moment ? o : o with { Outcome = OperationOutcome.Unknown, Completed = long.MaxValue }));
}
