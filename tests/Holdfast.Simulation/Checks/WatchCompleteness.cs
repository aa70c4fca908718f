using Holdfast.Api;

namespace Holdfast.Simulation;

/// <summary>
/// Checks that a watch told every change of a partition once, in order, and as it was: the revisions follow one another without a hole,
/// each acknowledged write stands at its revision, and what the changes add up to is what the keys hold in the end.
/// </summary>
internal static class WatchCompleteness
{
    /// <summary>What is broken, in a sentence; null when nothing is.</summary>
    /// <param name="watches">A watch of each partition, by partition.</param>
    /// <param name="mayHaveGaps">Whether so little history was kept that gaps are right; changes are in order and true all the same.</param>
    /// <param name="history">What clients did.</param>
    /// <param name="lastReader">The client that read each key once all others had ended.</param>
    /// <param name="partitionOf">The partition of a key.</param>
    public static string? Check(
        IReadOnlyList<PartitionWatch> watches, bool mayHaveGaps, IReadOnlyList<ClientOperation> history, int lastReader, Func<string, int> partitionOf) =>
        watches.Select(watch => Order(watch, mayHaveGaps)).FirstOrDefault(broken => broken is not null)
            ?? Truth(watches, mayHaveGaps, history, partitionOf)
            ?? (mayHaveGaps ? null : Sum(watches, history.Where(o => o.Client == lastReader), partitionOf));

    private static string? Order(PartitionWatch watch, bool mayHaveGaps)
    {
        if (watch.Gaps > 0 && !mayHaveGaps)
        {
            return $"partition {watch.Partition}: {watch.Gaps} gaps though all history is kept";
        }

        ulong last = 0;
        foreach (WatchedChange change in watch.Changes)
        {
            if (change.Revision <= last || (!mayHaveGaps && change.Revision != last + 1))
            {
                return $"partition {watch.Partition}: after revision {last} came {change}";
            }

            last = change.Revision;
        }

        return null;
    }

    private static string? Truth(
        IReadOnlyList<PartitionWatch> watches, bool mayHaveGaps, IReadOnlyList<ClientOperation> history, Func<string, int> partitionOf)
    {
        Dictionary<ulong, WatchedChange>[] byRevision = [.. watches.Select(watch => watch.Changes.ToDictionary(change => change.Revision))];
        foreach (ClientOperation write in history.Where(IsChange))
        {
            if (!byRevision[partitionOf(write.Key)].TryGetValue(write.Revision, out WatchedChange? change))
            {
                if (!mayHaveGaps)
                {
                    return $"no change was told of {write}";
                }
            }
            else if (change.Key != write.Key || change.Kind != KindOf(write) || !HasValueOf(write, change))
            {
                return $"{change} was told of {write}";
            }
        }

        return null;
    }

    private static string? Sum(IReadOnlyList<PartitionWatch> watches, IEnumerable<ClientOperation> lastReads, Func<string, int> partitionOf)
    {
        ILookup<string, WatchedChange>[] changes =
            [.. watches.Select(watch => watch.Changes.ToLookup(change => change.Key, StringComparer.Ordinal))];
        foreach (ClientOperation read in lastReads.Where(o => o is { Operation: Operation.Get, Outcome: OperationOutcome.Done }))
        {
            // A key may end between its last change and the read, or after the read.
            WatchedChange? last = changes[partitionOf(read.Key)][read.Key].LastOrDefault(change => !read.Found || change.Kind != ChangeKind.Expire);
            bool isThere = last?.Kind == ChangeKind.Put;
            bool isAsTold = read.Found
                ? isThere && last!.Value == read.Read && last.Revision == read.Revision
                : !isThere || last!.HasDeadline;
            if (!isAsTold)
            {
                return $"the changes of '{read.Key}' end with {last}, and it was read as {read}";
            }
        }

        return null;
    }

    private static bool IsChange(ClientOperation write) => write.Outcome == OperationOutcome.Done && write.Revision > 0 && write.Operation switch
    {
        Operation.Put or Operation.Append or Operation.Increment => !IsPastAtOnce(write),
        Operation.Delete => write.Found,
        _ => false,
    };

    // Such a put deletes, or changes nothing.
    private static bool IsPastAtOnce(ClientOperation write) => write.Expiry.Kind == ExpiryKind.At;

    private static ChangeKind KindOf(ClientOperation write) =>
        write.Operation == Operation.Delete ? ChangeKind.Delete : ChangeKind.Put;

    private static bool HasValueOf(ClientOperation write, WatchedChange change) => write.Operation switch
    {
        Operation.Put => change.Value == write.Value,
        Operation.Append => change.Value.EndsWith(write.Value, StringComparison.Ordinal) && change.Value.Length == write.Number,
        Operation.Increment => change.Value == write.Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => change.Value.Length == 0,
    };
}
