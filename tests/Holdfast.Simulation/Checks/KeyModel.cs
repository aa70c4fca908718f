using System.Globalization;
using Holdfast.Api;

namespace Holdfast.Simulation;

/// <summary>
/// What each operation does to one key when they happen one after the other. An operation whose answer contradicts the state can't
/// stand at that place; one whose answer was lost can stand wherever it changes something.
/// </summary>
internal static class KeyModel
{
    /// <summary>Whether the operation, with the answer that it got, can happen in a state; and the state after it.</summary>
    public static bool TryApply(in KeyState state, ClientOperation operation, out KeyState next)
    {
        next = state;
        return operation.Outcome switch
        {
            OperationOutcome.Unknown => TryApplyUnseen(state, operation, out next),
            OperationOutcome.Refused => TryRefuse(state, operation, out next),
            _ when operation.Operation == Operation.Get => TryGet(state, operation, out next),
            _ when operation.Operation == Operation.Deadline => TryReadDeadline(state, operation, out next),
            _ when operation.Operation == Operation.Expire => TryExpire(state, operation, out next),
            _ => TryWrite(state, operation, out next),
        };
    }

    private static bool TryGet(in KeyState state, ClientOperation get, out KeyState next)
    {
        next = state;
        return get.Found
            ? get.Read == state.Value && get.TimeToLiveMs != 0 == state.Deadline.IsSet && state.TryBind(get.Revision, out next)
            : !state.Exists;
    }

    private static bool TryReadDeadline(in KeyState state, ClientOperation read, out KeyState next)
    {
        next = state;
        if (!read.Found || !state.TryBind(read.Revision, out next))
        {
            return !read.Found && !state.Exists;
        }

        bool fits = state.Deadline.TryBind((ulong)read.Number, out KeyDeadline bound) && read.TimeToLiveMs != 0 == bound.IsSet;
        next = next with { Deadline = bound };
        return fits;
    }

    private static bool TryExpire(in KeyState state, ClientOperation expire, out KeyState next)
    {
        next = state;
        if (!expire.Found || !state.Exists)
        {
            return !expire.Found && !state.Exists && expire.Number == 0;
        }

        // To drop a deadline that there is not changes nothing.
        var deadline = KeyDeadline.After(expire, state.Deadline);
        return deadline.IsSet || state.Deadline.IsSet
            ? expire.Number == 1 && state.Deadline.CanMeet(expire.Flags, deadline)
                && state.TryChange(state.Value, deadline, expire.Revision, out next)
            : expire.Number == 0 && state.TryBind(expire.Revision, out next);
    }

    private static bool TryWrite(in KeyState state, ClientOperation write, out KeyState next)
    {
        if (!TryMeetCondition(state, write, out next))
        {
            return false;
        }

        if (write.Operation == Operation.Delete)
        {
            return next.Exists ? write.Number == 1 && next.TryChange(null, KeyDeadline.None, write.Revision, out next) : write.Number == 0;
        }

        if (write is { Operation: Operation.Put, Expiry.Kind: ExpiryKind.At, Created: false, Revision: 0 })
        {
            // Its deadline had passed, and there was nothing to remove.
            return !next.Exists && write.CompletedAt >= write.EndsFrom;
        }

        return write.Created == !next.Exists
            && TryCompute(next, write, out string value)
            && NumberFits(write, value)
            && next.TryChange(value, DeadlineAfter(write, next), write.Revision, out next);
    }

    private static bool TryApplyUnseen(in KeyState state, ClientOperation write, out KeyState next)
    {
        if (!TryMeetCondition(state, write, out next))
        {
            return false;
        }

        if (write.Operation == Operation.Delete)
        {
            bool existed = next.Exists;
            next = next.ChangeUnseen(null, KeyDeadline.None);
            return existed;
        }

        if (write.Operation == Operation.Expire)
        {
            return TryExpireUnseen(next, write, out next);
        }

        bool changes = TryCompute(next, write, out string value);
        next = next.ChangeUnseen(value, DeadlineAfter(write, next));
        return changes;
    }

    private static bool TryExpireUnseen(in KeyState state, ClientOperation expire, out KeyState next)
    {
        var deadline = KeyDeadline.After(expire, state.Deadline);
        bool changes = state.Exists && (deadline.IsSet || state.Deadline.IsSet) && state.Deadline.CanMeet(expire.Flags, deadline);
        next = state.ChangeUnseen(state.Value, deadline);
        return changes;
    }

    /// <summary>Only a put says anew when the key ends; a key that is created has no deadline to keep.</summary>
    private static KeyDeadline DeadlineAfter(ClientOperation write, in KeyState before) =>
        write.Operation == Operation.Put ? KeyDeadline.After(write, before.Deadline) : before.Deadline;

    private static bool TryRefuse(in KeyState state, ClientOperation write, out KeyState next)
    {
        next = state;
        if (write.Fault != FaultCode.ConditionFailed)
        {
            return write.Operation == Operation.Increment && TryMeetCondition(state, write, out next) && Sum(next, write) == write.Fault;
        }

        if (write.Operation == Operation.Expire)
        {
            return state.TryBind(write.Revision, out next)
                && state.Deadline.CanFail(write.Flags, KeyDeadline.After(write, state.Deadline));
        }

        if (write.Flags.HasFlag(RequestFlags.IfPresent))
        {
            return !state.Exists;
        }

        bool revisionFits = state.Exists ? state.TryBind(write.Revision, out next) : write.Revision == 0;
        return write.Flags.HasFlag(RequestFlags.IfRevision)
            ? revisionFits && write.Revision != write.IfRevision
            : revisionFits && state.Exists;
    }

    private static bool TryMeetCondition(in KeyState state, ClientOperation write, out KeyState met)
    {
        met = state;
        if (write.Flags.HasFlag(RequestFlags.IfRevision))
        {
            return state.TryBind(write.IfRevision, out met);
        }

        return (!write.Flags.HasFlag(RequestFlags.IfAbsent) || !state.Exists)
            && (!write.Flags.HasFlag(RequestFlags.IfPresent) || state.Exists);
    }

    private static bool TryCompute(in KeyState state, ClientOperation write, out string value)
    {
        value = write.Operation switch
        {
            Operation.Put => write.Value,
            Operation.Append => state.Value + write.Value,
            _ => "",
        };
        return write.Operation != Operation.Increment || Sum(state, write, out value) == FaultCode.None;
    }

    private static bool NumberFits(ClientOperation write, string value) => write.Operation switch
    {
        Operation.Append => write.Number == value.Length,
        Operation.Increment => write.Number.ToString(CultureInfo.InvariantCulture) == value,
        _ => true,
    };

    private static FaultCode Sum(in KeyState state, ClientOperation increment) => Sum(state, increment, out _);

    private static FaultCode Sum(in KeyState state, ClientOperation increment, out string sum)
    {
        sum = "";
        long old = 0;
        if (state.Exists && !long.TryParse(state.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out old))
        {
            return FaultCode.NotAnInteger;
        }

        Int128 exact = (Int128)old + increment.Argument;
        sum = exact.ToString(CultureInfo.InvariantCulture);
        return exact > long.MaxValue || exact < long.MinValue ? FaultCode.Overflow : FaultCode.None;
    }
}
