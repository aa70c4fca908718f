namespace Holdfast.Simulation;

/// <summary>
/// Checks that a key's revision never goes back in real time, whatever the operations were. The search for an order implies it;
/// this says it in one line, and at any length of history.
/// </summary>
public static class RevisionOrder
{
    /// <summary>The first two operations of a key whose revisions go back; null when there are none.</summary>
    public static string? Check(IEnumerable<ClientOperation> history)
    {
        foreach (IGrouping<string, ClientOperation> key in history.Where(SawRevision).GroupBy(o => o.Key))
        {
            if (CheckKey(key.ToArray()) is { } broken)
            {
                return broken;
            }
        }

        return null;
    }

    private static string? CheckKey(ClientOperation[] operations)
    {
        ClientOperation[] answered = operations.OrderBy(o => o.Completed).ToArray();
        int next = 0;
        ClientOperation? highest = null;
        foreach (ClientOperation operation in operations.OrderBy(o => o.Invoked))
        {
            for (; answered[next].Completed < operation.Invoked; next++)
            {
                highest = highest is null || answered[next].Revision > highest.Revision ? answered[next] : highest;
            }

            if (highest is not null && operation.Revision < highest.Revision)
            {
                return $"revisions of '{operation.Key}' went back\n  {highest}\n  {operation}";
            }
        }

        return null;
    }

    private static bool SawRevision(ClientOperation operation) =>
        operation.Revision > 0 && operation.Outcome is OperationOutcome.Done or OperationOutcome.Refused;
}
