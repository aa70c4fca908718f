using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Api;

/// <summary>Gathers the operations of a batch: requests as <see cref="Request.Write"/> encodes them, one after the other. One thread.</summary>
public sealed class BatchBuilder
{
    private readonly ArrayBufferWriter<byte> _operations = new();

    /// <summary>How many operations it has.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of its operations.</summary>
    public int Bytes => _operations.WrittenCount;

    /// <summary>Whether another operation, of so many bytes, would be more than a batch may have.</summary>
    public bool WouldExceed(int encodedBytes) =>
        Count == Limits.MaxBatchOperations || _operations.WrittenCount + encodedBytes > Limits.MaxBatchBytes;

    /// <summary>Begins a new batch.</summary>
    public void Reset()
    {
        Count = 0;
        _operations.ResetWrittenCount();
    }

    /// <summary>Adds an operation. Its id, timeout and partition mean nothing.</summary>
    public void Add(in Request operation)
    {
        Invariant.Require(operation.Operation.IsOfBatch(), "a batch has operations on keys");
        operation.Write(_operations);
        Count++;
    }

    /// <summary>
    /// The batch as a request, without an id; good until the next change of this builder. All keys, destinations too, must be in one
    /// slot, or with <paramref name="anySlot"/> in one partition: <paramref name="key"/> is any of them.
    /// </summary>
    public Request ToRequest(ReadOnlySpan<byte> key, bool sequential = false, bool anySlot = false)
    {
        Invariant.Require(Count > 0, "a batch has an operation");
        return new Request
        {
            Operation = Operation.Batch,
            Flags = (sequential ? RequestFlags.Sequential : RequestFlags.None) | (anySlot ? RequestFlags.AnySlot : RequestFlags.None),
            Key = key,
            Value = _operations.WrittenSpan,
        };
    }
}
