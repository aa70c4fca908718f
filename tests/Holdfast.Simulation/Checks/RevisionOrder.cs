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
            if (CheckKey(key) is { } broken)
            {
                return broken;
            }
        }

        return null;
    }

    private static string? CheckKey(IGrouping<string, ClientOperation> key)
    {
        RealTime<ClientOperation> order = new();
        foreach (ClientOperation operation in key)
        {
            order.Add(operation.Invoked, operation.Completed, (long)operation.Revision, operation);
        }

        return order.FirstBroken(out ClientOperation? before, out ClientOperation? after)
            ? $"revisions of '{key.Key}' went back\n  {before}\n  {after}"
            : null;
    }

    private static bool SawRevision(ClientOperation operation) =>
        operation.Revision > 0 && operation.Outcome is OperationOutcome.Done or OperationOutcome.Refused;
}
