using Holdfast.Api;

namespace Holdfast.Simulation;

/// <summary>What one operation did to one list, or saw of it.</summary>
/// <param name="Source">The operation: its time and its outcome.</param>
/// <param name="Tag">What was appended; null for a read.</param>
/// <param name="Value">The whole list that was read.</param>
/// <param name="Length">The list's length after an append that was answered.</param>
/// <param name="Revision">The list's revision after an append that was answered.</param>
internal readonly record struct ListEvent(ClientOperation Source, string? Tag, string Value, long Length, ulong Revision)
{
    public bool IsRead => Tag is null;

    /// <summary>Everything that a history says of a list: appends and reads on their own, in batches, and in pages.</summary>
    public static ListEvent[] Of(IEnumerable<ClientOperation> history, string key) => history.SelectMany(operation => Of(operation, key)).ToArray();

    private static IEnumerable<ListEvent> Of(ClientOperation operation, string key)
    {
        bool isDone = operation.Outcome == OperationOutcome.Done;
        switch (operation.Operation)
        {
            case Operation.Append when operation.Key == key:
                yield return new ListEvent(operation, operation.Value, "", operation.Number, operation.Revision);
                break;
            case Operation.Get when operation.Key == key && isDone:
                yield return Read(operation, operation.Read);
                break;
            case Operation.List when isDone && key.StartsWith(operation.Key, StringComparison.Ordinal):
                yield return Read(operation, operation.Told.FirstOrDefault(told => told.Key == key).Value ?? "");
                break;
            case Operation.Batch:
                for (int i = 0; i < operation.Parts.Count; i++)
                {
                    ClientOperation part = operation.Parts[i];
                    KeyAnswer told = i < operation.Told.Count ? operation.Told[i] : default;
                    if (part.Key == key && part.Operation == Operation.Append)
                    {
                        yield return new ListEvent(operation, part.Value, "", told.Length, told.Revision);
                    }
                    else if (part.Key == key && part.Operation == Operation.Get && isDone)
                    {
                        yield return Read(operation, told.Value);
                    }
                }

                break;
            default:
                break;
        }
    }

    private static ListEvent Read(ClientOperation source, string value) => new(source, null, value, value.Length, 0);
}
