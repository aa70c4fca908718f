using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>Reads the operations of a batch, one after another: each a length (u32) and a command.</summary>
internal ref struct BatchOperations(ReadOnlySpan<byte> operations)
{
    private CommandReader _reader = new(operations);

    /// <summary>Whether a batch may hold commands of a kind.</summary>
    public static bool MayHold(CommandKind kind) =>
        kind is (>= CommandKind.Put and <= CommandKind.Increment) or CommandKind.Expire or (>= CommandKind.Get and <= CommandKind.Rename);

    /// <summary>Why a batch can't be carried out, if it can't.</summary>
    public static CommandError Validate(in Command batch)
    {
        if (batch.Mode > BatchMode.Sequential || batch.Limit is 0 or > BatchBuilder.MaxOperations)
        {
            return CommandError.OutOfRange;
        }

        var operations = new BatchOperations(batch.Value);
        bool afterChecks = false;
        for (uint i = 0; i < batch.Limit; i++)
        {
            if (!operations.TryRead(out Command operation, out CommandError error))
            {
                return error;
            }

            if (batch.Mode == BatchMode.Sequential && operation.Kind == CommandKind.Check && afterChecks)
            {
                return CommandError.OutOfRange;
            }

            afterChecks |= operation.Kind != CommandKind.Check;
        }

        return operations._reader.IsAtEnd ? CommandError.None : CommandError.TrailingBytes;
    }

    /// <summary>Reads the next operation of a batch that is valid.</summary>
    public void Read(out Command operation) =>
        Invariant.Require(TryRead(out operation, out _), "a batch that is applied holds valid operations");

    private bool TryRead(out Command operation, out CommandError error)
    {
        ReadOnlySpan<byte> bytes = _reader.Value();
        if (_reader.IsTruncated)
        {
            operation = default;
            error = CommandError.Truncated;
            return false;
        }

        return CommandCodec.TryDecodeOperation(bytes, out operation, out error);
    }
}
