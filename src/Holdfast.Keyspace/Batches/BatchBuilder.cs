using System.Buffers;
using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>Gathers the operations of a batch in stored form. It may be used again for the next batch. One thread.</summary>
public sealed class BatchBuilder(BatchMode mode)
{
    /// <summary>The most operations that a batch may have.</summary>
    public const int MaxOperations = 10_000;

    private readonly ArrayBufferWriter<byte> _operations = new();
    private bool _afterChecks;

    /// <summary>What the batch does about operations that fail.</summary>
    public BatchMode Mode { get; private set; } = mode;

    /// <summary>How many operations were added.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of the operations added.</summary>
    public int Bytes => _operations.WrittenCount;

    /// <summary>Begins a new batch.</summary>
    public void Reset(BatchMode mode)
    {
        Mode = mode;
        Count = 0;
        _afterChecks = false;
        _operations.ResetWrittenCount();
    }

    /// <summary>
    /// Adds an operation: a put, append, delete, increment, expire, get, measure, check, copy or rename, without a stamp or an
    /// origin: the batch has those. The checks of a sequential batch come before all else.
    /// </summary>
    /// <exception cref="InvariantViolationException">It is something else, or one more than <see cref="MaxOperations"/>.</exception>
    public void Add(in Command operation)
    {
        Invariant.Require(Count < MaxOperations, "a batch has at most 10,000 operations");
        Invariant.Require(
            BatchOperations.MayHold(operation.Kind) && operation.StampMs == 0 && operation.Origin.IsNone,
            "an operation of a batch is about keys alone");
        Invariant.Require(
            Mode != BatchMode.Sequential || operation.Kind != CommandKind.Check || !_afterChecks, "checks come first in a sequential batch");
        _afterChecks |= operation.Kind != CommandKind.Check;
        int size = CommandCodec.SizeOf(operation);
        Span<byte> output = _operations.GetSpan(sizeof(uint) + size);
        BinaryPrimitives.WriteInt32LittleEndian(output, size);
        CommandCodec.Encode(operation, output[sizeof(uint)..]);
        _operations.Advance(sizeof(uint) + size);
        Count++;
    }

    /// <summary>The batch: its spans point into this builder, so it is good until the next change of it.</summary>
    public Command ToCommand()
    {
        Invariant.Require(Count > 0, "a batch has an operation");
        return new Command { Kind = CommandKind.Batch, Mode = Mode, Limit = (uint)Count, Value = _operations.WrittenSpan };
    }
}
