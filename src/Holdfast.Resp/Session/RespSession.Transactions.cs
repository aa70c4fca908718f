using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Resp.Commands;
using Holdfast.Resp.Protocol;
using Holdfast.Resp.Transactions;

namespace Holdfast.Resp;

// Between MULTI and EXEC the same handlers run, but what they ask for and answer with goes to the transaction.
public sealed partial class RespSession
{
    /// <summary>The connection's transaction, and what it watches.</summary>
    internal Transaction Transaction { get; } = new();

    /// <summary>Answers EXEC: sends what is queued as one change, when there is something to ask the store.</summary>
    internal void Execute()
    {
        TransactionQueue queue = Transaction.Queue ?? throw Invariant.Unreachable("a transaction is executed once it has begun");
        if (Transaction.IsDoomed)
        {
            Writer.Error("EXECABORT Transaction discarded because of previous errors."u8);
        }
        else if (!Transaction.HasOperations)
        {
            queue.Write(Writer, default);
        }
        else
        {
            TransactionReply reply = new(queue) { Number = NextNumber, IsWrite = Transaction.IsWrite };
            Gather(reply, exclusive: false);
            reply.Start(this, Transaction.ToRequest());
        }

        Transaction.Forget();
    }

    /// <summary>Refuses the command at hand for what it would be in the store, and the transaction that it is queued in.</summary>
    internal void Refuse(string error)
    {
        if (Transaction.IsTaking)
        {
            Transaction.Refuse(error);
        }
        else
        {
            Writer.Error(error);
        }
    }

    private void CarryOutOrQueue(CommandSpec spec, in RespCommand command)
    {
        if (!Transaction.IsOpen)
        {
            if (CanServe(spec, command))
            {
                spec.Handler(this, command);
            }
        }
        else if (spec.InTransaction == TransactionRule.AtOnce)
        {
            spec.Handler(this, command);
        }
        else
        {
            Queue(spec, command);
        }
    }

    private void Queue(CommandSpec spec, in RespCommand command)
    {
        if (spec.InTransaction == TransactionRule.Refused)
        {
            Transaction.Doom();
            Writer.Error($"ERR '{spec.FullName}' is not allowed in a transaction");
        }
        else if (!CanServe(spec, command))
        {
            Transaction.Doom();
        }
        else if (!Transaction.IsDoomed && QueueWhole(spec, command) is { } refusal)
        {
            Transaction.Doom();
            Writer.Error(refusal);
        }
        else
        {
            Writer.Simple("QUEUED"u8);
        }
    }

    private string? QueueWhole(CommandSpec spec, in RespCommand command)
    {
        Transaction.BeginCommand();
        spec.Handler(this, command);
        return Transaction.EndCommand();
    }

    private bool CanServe(CommandSpec spec, in RespCommand command) =>
        !spec.IsData || (CanReachData(spec, command) && ServesKeys(spec, command));

    /// <summary>Whether a slot is that of the transaction, or of what is watched, which the command would be part of.</summary>
    private bool IsOfTransaction(int slot, CommandSpec spec, IRouteMap routes)
    {
        bool isPart = Transaction.IsOpen || spec.InTransaction == TransactionRule.AtOnce;
        return !isPart || Transaction.Key.IsEmpty || routes.SlotOf(Transaction.Key) == slot;
    }
}
