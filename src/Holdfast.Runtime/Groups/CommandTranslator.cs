using System.Buffers;
using Holdfast.Api;
using Holdfast.Keyspace;
using Holdfast.Primitives;
using KeyExpiry = Holdfast.Keyspace.Expiry;

namespace Holdfast.Runtime.Groups;

/// <summary>Makes the log's commands of requests.</summary>
internal static class CommandTranslator
{
    /// <summary>How many keys a clear's step looks at when the request sets no limit.</summary>
    private const uint DefaultClearLimit = 1000;

    /// <summary>Encodes the command that a write asks for.</summary>
    /// <param name="request">The write.</param>
    /// <param name="slot">Its key's slot.</param>
    /// <param name="unixMs">The leader's time: what the command says of time is counted from it.</param>
    /// <param name="output">Where it is written.</param>
    public static void Translate(in Request request, Slot slot, ulong unixMs, IBufferWriter<byte> output)
    {
        Command command = request.Operation switch
        {
            Operation.Put => Command.Put(slot, request.Key, request.Value, ConditionOf(request), ExpiryOf(request), FlagsOf(request)),
            Operation.Append => Command.Append(slot, request.Key, request.Value),
            Operation.Delete => Command.Delete(slot, request.Key, ConditionOf(request), FlagsOf(request)),
            Operation.Increment => Command.Increment(slot, request.Key, request.Argument),
            Operation.Expire => Command.Expire(slot, request.Key, ExpiryOf(request), DeadlineConditionOf(request), FlagsOf(request)),
            Operation.Clear => Command.Clear(request.Key, request.Value, ClearLimitOf(request), request.Revision),
            Operation.Flush => Command.Flush(),
            _ => throw Invariant.Unreachable("only writes become commands"),
        };
        command.StampMs = SpeaksOfTime(request) ? unixMs : 0;
        CommandCodec.Encode(command, output);
    }

    /// <summary>Whether a write's command is stamped with the leader's time.</summary>
    public static bool SpeaksOfTime(in Request request) =>
        request.Expiry.Kind is Api.ExpiryKind.After or Api.ExpiryKind.At || request.Operation == Operation.Expire;

    private static CommandFlags FlagsOf(in Request request) =>
        (request.Flags & RequestFlags.ReturnOld) != RequestFlags.None ? CommandFlags.ReturnOldValue : CommandFlags.None;

    private static KeyExpiry ExpiryOf(in Request request) => request.Expiry.Kind switch
    {
        Api.ExpiryKind.Never => KeyExpiry.None,
        Api.ExpiryKind.After => KeyExpiry.After((ulong)request.Expiry.Milliseconds),
        Api.ExpiryKind.At => KeyExpiry.At((ulong)request.Expiry.Milliseconds),
        Api.ExpiryKind.Keep => KeyExpiry.Keep,
        _ => throw Invariant.Unreachable("a request's expiry was checked when it was read"),
    };

    private static DeadlineCondition DeadlineConditionOf(in Request request) =>
        Of(request, RequestFlags.IfLasting, DeadlineCondition.IfUnset)
        | Of(request, RequestFlags.IfExpiring, DeadlineCondition.IfSet)
        | Of(request, RequestFlags.IfLater, DeadlineCondition.IfLater)
        | Of(request, RequestFlags.IfEarlier, DeadlineCondition.IfEarlier);

    private static DeadlineCondition Of(in Request request, RequestFlags flag, DeadlineCondition condition) =>
        (request.Flags & flag) != RequestFlags.None ? condition : DeadlineCondition.None;

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
