using System.Globalization;
using Holdfast.Api;

namespace Holdfast.Simulation;

/// <summary>
/// Checks the history of a counter that only increments by one change, each by one: so each has a place, the sum that it gave, which no
/// other has. Sums never go back in real time, and those that nobody was told are no more than the increments of unknown outcome.
/// </summary>
internal static class CounterOrder
{
    /// <summary>What is wrong with a counter's history, for a person; null when nothing is.</summary>
    public static string? Check(string key, IReadOnlyList<ClientOperation> operations)
    {
        Dictionary<long, ClientOperation> told = [];
        RealTime<ClientOperation> order = new();
        long highest = 0;
        foreach (ClientOperation operation in operations.Where(o => o.Outcome == OperationOutcome.Done))
        {
            long sum = operation.Operation == Operation.Increment ? operation.Number
                : operation.Found ? long.Parse(operation.Read, CultureInfo.InvariantCulture) : 0;
            if (operation.Operation == Operation.Increment && !told.TryAdd(sum, operation))
            {
                return $"two increments of '{key}' both gave {sum}\n  {told[sum]}\n  {operation}";
            }

            order.Add(operation.Invoked, operation.Completed, (2 * sum) - (operation.Operation == Operation.Increment ? 1 : 0), operation);
            highest = Math.Max(highest, sum);
        }

        if (order.FirstBroken(out ClientOperation? before, out ClientOperation? after))
        {
            return $"'{key}' went back in real time\n  {before}\n  {after}";
        }

        return Surplus(operations, told.Count, highest) is { } surplus ? $"'{key}' came to {highest}: {surplus}" : null;
    }

    private static string? Surplus(IReadOnlyList<ClientOperation> operations, int told, long highest)
    {
        ClientOperation[] unknown =
            operations.Where(o => o.Operation == Operation.Increment && o.Outcome == OperationOutcome.Unknown).ToArray();
        return highest - told <= unknown.Length
            ? null
            : $"{told} increments were acknowledged, and only these are of unknown outcome:\n  {string.Join("\n  ", unknown.AsEnumerable())}";
    }
}
