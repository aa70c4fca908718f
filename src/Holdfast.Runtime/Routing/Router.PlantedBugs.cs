using System.Buffers;
using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Placement;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;

namespace Holdfast.Runtime.Routing;

/// <content>Bugs that are planted for the simulator's checkers to find. Without one, writes are proposed as they came.</content>
internal sealed partial class Router
{
    private ProposeResult ProposeWithPlantedBugs(PartitionReplica replica, in Request request, Slot slot, out EntryId id)
    {
        _translator.TokenSalt = options.ForgetsTokensOfOthers ? replica.Raft.Term.Value : 0;
        return options.SplitsBatches && request.Operation == Operation.Batch && request.Session.IsNone && request.Token.IsEmpty
            ? ProposeParts(replica, request, slot, out id)
            : Propose(replica, request, slot, out id);
    }

    /// <summary>The bug of <see cref="EngineOptions.SplitsBatches"/>: the client is answered once the last operation is applied.</summary>
    private ProposeResult ProposeParts(PartitionReplica replica, Request batch, Slot slot, out EntryId id)
    {
        ProposeResult result = default;
        id = default;
        ReadOnlySpan<byte> rest = batch.Value;
        while (Request.TryRead(rest, out Request operation, out int consumed) == OperationStatus.Done)
        {
            // What only reads stays whole, or its answer would give the bug away.
            consumed = operation.Operation == Operation.Get ? rest.Length : consumed;
            batch.Value = rest[..consumed];
            rest = rest[consumed..];
            result = Propose(replica, batch, slot, out id);
        }

        return result;
    }
}
