using System.Buffers;
using Holdfast.Api;
using Holdfast.Keyspace;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Groups;

/// <summary>Makes the log's commands of requests.</summary>
internal static class CommandTranslator
{
    /// <summary>How many keys a clear's step looks at when the request sets no limit.</summary>
    private const uint DefaultClearLimit = 1000;

    /// <summary>Encodes the command that a write asks for.</summary>
    public static void Translate(in Request request, Slot slot, IBufferWriter<byte> output)
    {
        Command command = request.Operation switch
        {
            Operation.Put => Command.Put(
                slot,
                request.Key,
                request.Value,
                ConditionOf(request),
                flags: (request.Flags & RequestFlags.ReturnOld) != RequestFlags.None ? CommandFlags.ReturnOldValue : CommandFlags.None),
            Operation.Append => Command.Append(slot, request.Key, request.Value),
            Operation.Delete => Command.Delete(slot, request.Key, ConditionOf(request)),
            Operation.Increment => Command.Increment(slot, request.Key, request.Argument),
            Operation.Clear => Command.Clear(request.Key, request.Value, ClearLimitOf(request), request.Revision),
            Operation.Flush => Command.Flush(),
            _ => throw Invariant.Unreachable("only writes become commands"),
        };
        CommandCodec.Encode(command, output);
    }

    private static Condition ConditionOf(in Request request) => request.Flags switch
    {
        var flags when (flags & RequestFlags.IfRevision) != RequestFlags.None => Condition.RevisionIs(request.Revision),
        var flags when (flags & RequestFlags.IfAbsent) != RequestFlags.None => Condition.Absent,
        var flags when (flags & RequestFlags.IfPresent) != RequestFlags.None => Condition.Present,
        _ => Condition.None,
    };

    private static uint ClearLimitOf(in Request request) =>
        request.Argument is > 0 and <= DefaultClearLimit ? (uint)request.Argument : DefaultClearLimit;
}
