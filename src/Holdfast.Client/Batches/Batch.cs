using Holdfast.Api;
using Holdfast.Client.Calls;
using Holdfast.Primitives;

namespace Holdfast.Client;

/// <summary>
/// Operations on the keys of one slot as one change: done in order, each seeing what those before it did, and when one fails none is done.
/// Give the keys one hash tag, such as <c>{user1}</c>; in a cluster of one partition any keys go together. Keys and values are copied as
/// they are added. Not thread-safe; may be carried out more than once.
/// </summary>
public sealed class Batch
{
    private readonly BatchBuilder _operations = new();
    private ReadOnlyMemory<byte> _key;

    /// <summary>How many operations it has.</summary>
    public int Count => _operations.Count;

    /// <summary>Sets a key to a value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="ifRevision">The revision that the key must have, <see cref="Revision.None"/> for an absent one; null sets no condition.</param>
    /// <param name="timeToLive">After how long the key expires, in whole milliseconds of at least one; null for never.</param>
    /// <exception cref="ArgumentException">The time to live is less than a millisecond.</exception>
    /// <exception cref="HoldfastException">The key is none, or the batch has more operations or bytes with this one than it may have.</exception>
    public Batch Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Revision? ifRevision = null, TimeSpan? timeToLive = null)
    {
        if (timeToLive < TimeSpan.FromMilliseconds(1))
        {
            throw new ArgumentException("a time to live is a millisecond or more", nameof(timeToLive));
        }

        return Add(new Request
        {
            Operation = Operation.Put,
            Flags = FlagsOf(ifRevision),
            Revision = ifRevision ?? Revision.None,
            Expiry = timeToLive is { } left ? Expiry.After((long)left.TotalMilliseconds) : Expiry.Never,
            Key = key,
            Value = value,
        });
    }

    /// <summary>Appends to a key's value; creates the key when absent.</summary>
    /// <exception cref="HoldfastException">As for a put.</exception>
    public Batch Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Add(new Request { Operation = Operation.Append, Key = key, Value = value });

    /// <summary>Adds to the integer that a key holds; an absent key holds zero.</summary>
    /// <exception cref="HoldfastException">As for a put.</exception>
    public Batch Increment(ReadOnlySpan<byte> key, long by = 1) => Add(new Request { Operation = Operation.Increment, Key = key, Argument = by });

    /// <summary>Removes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="ifRevision">The revision that the key must have; null sets no condition.</param>
    /// <exception cref="ArgumentException">The key is to be absent: there is nothing to remove of it.</exception>
    /// <exception cref="HoldfastException">As for a put.</exception>
    public Batch Delete(ReadOnlySpan<byte> key, Revision? ifRevision = null)
    {
        if (ifRevision == Revision.None)
        {
            throw new ArgumentException("there is nothing to remove of an absent key", nameof(ifRevision));
        }

        return Add(new Request { Operation = Operation.Delete, Flags = FlagsOf(ifRevision), Revision = ifRevision ?? Revision.None, Key = key });
    }

    /// <summary>Reads a key's value, as it is after the operations before.</summary>
    /// <exception cref="HoldfastException">As for a put.</exception>
    public Batch Get(ReadOnlySpan<byte> key) => Add(new Request { Operation = Operation.Get, Key = key });

    /// <summary>Fails the batch unless a key has this revision, or is absent for <see cref="Revision.None"/>.</summary>
    /// <exception cref="HoldfastException">As for a put.</exception>
    public Batch Check(ReadOnlySpan<byte> key, Revision revision) =>
        Add(new Request { Operation = Operation.Check, Flags = FlagsOf(revision), Revision = revision, Key = key });

    /// <summary>The operations of now, on <paramref name="call"/>.</summary>
    internal Call On(Call call) => call with { Key = _key, Value = _operations.ToRequest(_key.Span).Value.ToArray() };

    private static RequestFlags FlagsOf(Revision? condition) =>
        condition is not { } revision ? RequestFlags.None
        : revision == Revision.None ? RequestFlags.IfAbsent
        : RequestFlags.IfRevision;

    private Batch Add(in Request operation)
    {
        (FaultCode code, string detail) = operation switch
        {
            { Key.IsEmpty: true } => (FaultCode.InvalidKey, "the key is empty"),
            { Key.Length: > Limits.MaxKeyBytes } => (FaultCode.KeyTooLarge, $"the key has {operation.Key.Length} bytes"),
            _ when Count == Limits.MaxBatchOperations => (FaultCode.BadRequest, $"a batch has at most {Count} operations"),
            _ when _operations.WouldExceed(operation.EncodedBytes) =>
                (FaultCode.ValueTooLarge, $"with this one the batch has more than {Limits.MaxBatchBytes} bytes"),
            _ => (FaultCode.None, string.Empty),
        };
        if (code != FaultCode.None)
        {
            throw new HoldfastException(new Fault(code, Outcome.NotApplied, detail)) { BatchIndex = Count };
        }

        _key = _key.IsEmpty ? operation.Key.ToArray() : _key;
        _operations.Add(operation);
        return this;
    }
}
