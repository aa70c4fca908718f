using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Client;

/// <summary>What a batch did.</summary>
/// <param name="Revision">The revision of its last change; <see cref="Revision.None"/> when it changed nothing.</param>
/// <param name="Results">What each operation gave, in order.</param>
public sealed record BatchResult(Revision Revision, IReadOnlyList<BatchOperationResult> Results)
{
    /// <summary>Reads the answer to a batch of so many operations that was done.</summary>
    /// <exception cref="HoldfastException">It can't be read.</exception>
    internal static BatchResult Of(ReadOnlySpan<byte> items, Revision revision, int count)
    {
        var results = new BatchOperationResult[count];
        foreach (ref BatchOperationResult result in results.AsSpan())
        {
            if (!BatchItem.TryRead(ref items, out BatchItem item))
            {
                throw new HoldfastException(new Fault(FaultCode.Unsupported, Outcome.Unknown, "the answer to the batch can't be read"));
            }

            result = new BatchOperationResult(item);
        }

        return new BatchResult(revision, results);
    }
}

/// <summary>What one operation of a batch gave. Immutable.</summary>
public sealed record BatchOperationResult
{
    internal BatchOperationResult(scoped in BatchItem item)
    {
        Revision = item.Revision;
        Found = item.Flags.HasFlag(BatchItemFlags.Found);
        Created = item.Flags.HasFlag(BatchItemFlags.Created);
        Number = item.Number;
        Length = item.Length;
        Value = item.Flags.HasFlag(BatchItemFlags.HasPayload) ? item.Payload.ToArray() : null;
        TimeToLive = item.TimeToLiveMs == 0 ? null : TimeSpan.FromMilliseconds(item.TimeToLiveMs);
    }

    /// <summary>The key's revision from then on, or as it was read; of a deletion its own; <see cref="Revision.None"/> when the key is absent.</summary>
    public Revision Revision { get; }

    /// <summary>Whether the key was there before the operation: of a delete, whether it was deleted.</summary>
    public bool Found { get; }

    /// <summary>Whether the operation created the key.</summary>
    public bool Created { get; }

    /// <summary>The sum, of an increment.</summary>
    public long Number { get; }

    /// <summary>The value's length in bytes: of an append from then on, of a get as it was read.</summary>
    public long Length { get; }

    /// <summary>The value that a get read; null when the key is absent.</summary>
    public byte[]? Value { get; }

    /// <summary>How long until the key that a get read expires; null when it does not.</summary>
    public TimeSpan? TimeToLive { get; }
}
