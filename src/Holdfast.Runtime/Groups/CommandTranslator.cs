using System.Buffers;
using Holdfast.Api;
using Holdfast.Keyspace;
using Holdfast.Placement;
using Holdfast.Primitives;
using KeyExpiry = Holdfast.Keyspace.Expiry;
using KeyspaceBatch = Holdfast.Keyspace.BatchBuilder;

namespace Holdfast.Runtime.Groups;

/// <summary>Makes the log's commands of requests, which were checked before. One thread.</summary>
internal sealed class CommandTranslator
{
    /// <summary>How many keys a clear's step looks at when the request sets no limit.</summary>
    private const uint DefaultClearLimit = 1000;

    private readonly KeyspaceBatch _batch = new(BatchMode.Atomic);

    /// <summary>Plants a bug for the simulator's checkers to find: what a session sends again is carried out again.</summary>
    public bool ForgetsSessions { get; init; }

    /// <summary>Plants a bug for the simulator's checkers to find: a token counts together with this, unless it is zero.</summary>
    public ulong TokenSalt { get; set; }

    /// <summary>Encodes the command that a write asks for.</summary>
    /// <param name="request">The write.</param>
    /// <param name="slot">Its key's slot.</param>
    /// <param name="partitionBy">What decides a key's slot.</param>
    /// <param name="unixMs">The leader's time: what the command says of time is counted from it.</param>
    /// <param name="output">Where it is written.</param>
    public void Translate(in Request request, Slot slot, PartitionBy partitionBy, ulong unixMs, IBufferWriter<byte> output)
    {
        Command command = request.Operation == Operation.Batch ? Gather(request, partitionBy) : CommandOf(request, slot);
        if (SpeaksOfTime(request))
        {
            command.StampMs = unixMs;
        }

        command.Origin = OriginOf(request);
        CommandCodec.Encode(command, output);
    }

    /// <summary>
    /// Whether a write's command is stamped with the leader's time. A batch is, whatever is in it; what may be sent again is, since sessions and
    /// tokens live by that time.
    /// </summary>
    public static bool SpeaksOfTime(in Request request) =>
        request.Expiry.Kind is Api.ExpiryKind.After or Api.ExpiryKind.At
        || request.Operation is Operation.Expire or Operation.Batch
        || !request.Session.IsNone
        || !request.Token.IsEmpty;

    private Command Gather(in Request request, PartitionBy partitionBy)
    {
        _batch.Reset((request.Flags & RequestFlags.Sequential) != RequestFlags.None ? BatchMode.Sequential : BatchMode.Atomic);
        ReadOnlySpan<byte> rest = request.Value;
        while (Request.TryRead(rest, out Request operation, out int consumed) == OperationStatus.Done)
        {
            Slot slot = SlotHash.Of(operation.Key, partitionBy);
            _batch.Add(operation.Operation is Operation.Copy or Operation.Rename
                ? CopyOf(operation, slot, SlotHash.Of(operation.Value, partitionBy))
                : CommandOf(operation, slot));
            rest = rest[consumed..];
        }

        return _batch.ToCommand();
    }

    private static Command CommandOf(in Request request, Slot slot) => request.Operation switch
    {
        Operation.Put => Command.Put(slot, request.Key, request.Value, ConditionOf(request), ExpiryOf(request), FlagsOf(request)),
        Operation.Append => Command.Append(slot, request.Key, request.Value),
        Operation.Delete => Command.Delete(slot, request.Key, ConditionOf(request), FlagsOf(request)),
        Operation.Increment => Command.Increment(slot, request.Key, request.Argument),
        Operation.Expire => Command.Expire(slot, request.Key, ExpiryOf(request), DeadlineConditionOf(request), FlagsOf(request)),
        Operation.Clear => Command.Clear(request.Key, request.Value, ClearLimitOf(request), request.Revision),
        Operation.Flush => Command.Flush(),
        Operation.Get => Command.Get(slot, request.Key),
        Operation.Measure or Operation.Deadline => Command.Measure(slot, request.Key),
        Operation.Check => Command.Check(slot, request.Key, ConditionOf(request)),
        _ => throw Invariant.Unreachable("only writes, and what a batch holds, become commands"),
    };

    private static Command CopyOf(in Request request, Slot slot, Slot destination)
    {
        CommandFlags flags = (request.Flags & RequestFlags.IfDestinationAbsent) != RequestFlags.None
            ? CommandFlags.IfDestinationAbsent : CommandFlags.None;
        return request.Operation == Operation.Copy
            ? Command.Copy(slot, request.Key, destination, request.Value, flags)
            : Command.Rename(slot, request.Key, destination, request.Value, flags);
    }

    private CommandOrigin OriginOf(in Request request) =>
        !request.Session.IsNone && !ForgetsSessions ? CommandOrigin.OfSession(request.Session.Session, request.Session.Sequence, request.Session.LowestOpen)
        : !request.Token.IsEmpty ? CommandOrigin.OfToken(
            TokenSalt == 0 ? request.Token : (byte[])[.. request.Token, .. BitConverter.GetBytes(TokenSalt)], request.Fingerprint)
        : CommandOrigin.None;

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
