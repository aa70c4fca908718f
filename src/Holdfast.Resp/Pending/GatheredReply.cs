using Holdfast.Api;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Pending;

/// <summary>
/// The reply to a command that became several requests: it takes their replies as they come, and may ask for more. The
/// command is answered when no request is outstanding.
/// </summary>
internal abstract class GatheredReply
{
    private byte[]? _error;
    private Outcome _errorOutcome;
    private bool _applied;

    /// <summary>The command's number, which its requests carry.</summary>
    public ulong Number { get; init; }

    /// <summary>How many requests have no reply yet.</summary>
    public int Outstanding { get; set; }

    /// <summary>Whether the command changes state.</summary>
    public bool IsWrite { get; init; }

    /// <summary>Whether the command failed, so that no more requests need to be sent.</summary>
    protected bool Failed => _error is not null;

    /// <summary>Takes the reply to one request; the requests that follow from it go to the session.</summary>
    public void OnReply(RespSession session, int part, in Reply reply)
    {
        Outstanding--;
        if (reply.Fault == FaultCode.None || IsResult(reply.Fault))
        {
            _applied |= Take(session, part, reply);
        }
        else if (!Failed || (reply.Outcome == Outcome.Unknown && _errorOutcome != Outcome.Unknown))
        {
            _errorOutcome = reply.Outcome;
            _error = FaultText.Of(reply.Fault, reply.Outcome, reply.Payload, IsWrite);
        }

        if (!Failed)
        {
            Continue(session);
        }
    }

    /// <summary>Writes the command's reply.</summary>
    public void Write(RespWriter writer)
    {
        if (!Failed)
        {
            WriteResult(writer);
        }
        else if (IsWrite && _applied && _errorOutcome != Outcome.Unknown)
        {
            // A part was done, so the command as a whole must not be taken for one that a client can repeat.
            writer.Error([.. "UNKNOWN outcome unknown: done in part, then: "u8, .. _error!]);
        }
        else
        {
            writer.Error(_error);
        }
    }

    /// <summary>Gives back what it holds.</summary>
    public virtual void Release(HeldReplies held)
    {
    }

    /// <summary>Whether a fault is a result like others.</summary>
    protected virtual bool IsResult(FaultCode fault) => false;

    /// <summary>Takes a reply without a fault; true when its request changed something.</summary>
    protected abstract bool Take(RespSession session, int part, in Reply reply);

    /// <summary>Sends the next requests, if any.</summary>
    protected virtual void Continue(RespSession session)
    {
    }

    /// <summary>Writes the reply of a command that did not fail.</summary>
    protected abstract void WriteResult(RespWriter writer);

    /// <summary>Makes the command fail for a reason of its own; <paramref name="error"/> begins with its code.</summary>
    protected void Fail(ReadOnlySpan<byte> error) => _error ??= error.ToArray();
}
