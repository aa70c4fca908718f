using System.Buffers;
using Holdfast.Api;
using Holdfast.Keyspace;
using Holdfast.Placement;
using Holdfast.Primitives;
using Holdfast.Runtime.Time;
using KeyspaceState = Holdfast.Keyspace.Keyspace;

namespace Holdfast.Runtime.Groups;

/// <summary>One replica's state of a partition, and how requests are answered from it.</summary>
internal sealed partial class PartitionMachine(
    KeyspaceState state, PartitionId partition, SlotRange slots, NodeId self, ClusterClock clock)
{
    private readonly ArrayBufferWriter<byte> _page = new();
    private readonly ArrayBufferWriter<byte> _results = new();

    /// <summary>The keys and values.</summary>
    public KeyspaceState State { get; private set; } = state;

    /// <summary>Plants a bug for the simulator's checkers to find: a read takes a key to be gone by this node's own clock.</summary>
    public bool ReadsByOwnClock { get; set; }

    /// <summary>Puts the state of a snapshot in place of the state.</summary>
    public void Replace(KeyspaceState state)
    {
        _skipped = SkipsChangesOfSnapshots ? state.Revision : _skipped;
        State.Dispose();
        State = state;
    }

    /// <summary>Applies a command; gives the reply for the kind of request that it came from.</summary>
    public Reply Apply(ReadOnlySpan<byte> command, Operation operation, bool returnsOld)
    {
        var result = default(ApplyResult);
        if (operation == Operation.Batch)
        {
            _results.ResetWrittenCount();
            State.Apply(command, ref result, _results);
            return ReplyOfBatch(result);
        }

        State.Apply(command, ref result);
        FaultCode fault = FaultOf(result.Status);
        return new Reply
        {
            Fault = fault,
            Outcome = fault == FaultCode.None ? Outcome.Done : Outcome.NotApplied,
            Revision = operation == Operation.Clear ? result.Bound : result.Revision,
            Number = operation switch
            {
                Operation.Increment => result.Number,
                Operation.Delete or Operation.Clear or Operation.Flush => result.Deleted,
                Operation.Expire => result.Status == ApplyStatus.Applied && result.Changed ? 1 : 0,
                _ => result.Length,
            },
            Flags = FlagsOf(result),
            ServedBy = self,
            Partition = partition,
            RetryAfterMs = RetryAfterOf(fault),
            Payload = PayloadOf(result, fault, operation, returnsOld),
        };
    }

    private Reply ReplyOfBatch(scoped in ApplyResult result)
    {
        // An absent source of a copy or rename is what fails a batch; on its own nothing fails for being absent.
        FaultCode fault = result.Status == ApplyStatus.NotFound ? FaultCode.NotFound : FaultOf(result.Status);
        _page.ResetWrittenCount();
        Revision revision = result.Revision;
        if (BatchResults.TryOpen(_results.WrittenSpan, out BatchResults results))
        {
            while (results.TryReadNext(out Keyspace.BatchItem item))
            {
                revision = fault == FaultCode.None ? revision : item.Revision;
                Write(item);
            }
        }

        return new Reply
        {
            Fault = fault,
            Outcome = fault == FaultCode.None ? Outcome.Done : Outcome.NotApplied,
            Revision = revision,
            Number = result.FailedAt,
            Flags = result.Status == ApplyStatus.SessionsFull ? ReplyFlags.NotKept : ReplyFlags.None,
            ServedBy = self,
            Partition = partition,
            RetryAfterMs = RetryAfterOf(fault),
            Payload = fault == FaultCode.None ? _page.WrittenSpan : Detail(fault),
        };
    }

    private void Write(in Keyspace.BatchItem item) => new Api.BatchItem
    {
        Fault = FaultOf(item.Status),
        Flags = (item.Found ? BatchItemFlags.Found : BatchItemFlags.None)
            | (item.Created ? BatchItemFlags.Created : BatchItemFlags.None)
            | (item.Changed ? BatchItemFlags.Changed : BatchItemFlags.None)
            | (item.HasPayload ? BatchItemFlags.HasPayload : BatchItemFlags.None),
        Revision = item.Revision,
        Number = item.Number,
        Length = item.Length,
        DeadlineMs = item.DeadlineMs,
        TimeToLiveMs = TimeToLive(item.DeadlineMs),
        Payload = item.Payload,
    }.Write(_page);

    /// <summary>Answers a read from the state as it is.</summary>
    public Reply Read(in Request request, Slot slot)
    {
        var reply = new Reply { Id = request.Id, ServedBy = self, Partition = partition };
        switch (request.Operation)
        {
            case Operation.Get or Operation.Measure:
                ReadKey(request, slot, ref reply);
                break;
            case Operation.Deadline:
                ReadDeadline(request, slot, ref reply);
                break;
            case Operation.Count:
                reply.Number = State.Count;
                break;
            case Operation.List:
                List(request, ref reply);
                break;
            case Operation.Scan:
                Scan(request, ref reply);
                break;
            case Operation.Changes:
                ReadChanges(request, request.Revision, ref reply);
                break;
            default:
                throw Invariant.Unreachable("only reads are read");
        }

        return reply;
    }

    private bool IsGoneByOwnClock(ulong deadlineMs) => ReadsByOwnClock && deadlineMs != 0 && deadlineMs <= (ulong)clock.OwnMs;

    private void ReadKey(in Request request, Slot slot, ref Reply reply)
    {
        if (State.TryGet(slot, request.Key, out ValueView value) && !IsGoneByOwnClock(value.DeadlineMs))
        {
            reply.Flags = ReplyFlags.Found;
            reply.Revision = value.Revision;
            reply.Number = value.Value.Length;
            reply.TimeToLiveMs = TimeToLive(value.DeadlineMs);
            reply.Payload = request.Operation == Operation.Get ? value.Value : default;
        }
    }

    private void ReadDeadline(in Request request, Slot slot, ref Reply reply)
    {
        if (State.TryGet(slot, request.Key, out ValueView value) && !IsGoneByOwnClock(value.DeadlineMs))
        {
            reply.Flags = ReplyFlags.Found;
            reply.Revision = value.Revision;
            reply.Number = (long)Math.Min(value.DeadlineMs, long.MaxValue);
            reply.TimeToLiveMs = TimeToLive(value.DeadlineMs);
        }
    }

    /// <summary>
    /// What is left until a deadline, 0 standing for none. Group time stands still while nobody writes, so it is counted from the clock;
    /// a key that is there though its time has come goes with the next advance.
    /// </summary>
    private ulong TimeToLive(ulong deadlineMs)
    {
        ulong now = Math.Max(State.TimeMs, clock.UnixMs);
        return deadlineMs == 0 ? 0 : deadlineMs <= now ? 1 : deadlineMs - now;
    }

    private void List(in Request request, ref Reply reply)
    {
        _page.ResetWrittenCount();
        bool keysOnly = request.Flags.HasFlag(RequestFlags.KeysOnly);
        var query = new ListQuery
        {
            Start = request.Key,
            StartExclusive = request.Flags.HasFlag(RequestFlags.AfterStart),
            End = request.Value,
            Limit = request.Argument is > 0 and < int.MaxValue ? (int)request.Argument : int.MaxValue,
            MaxBytes = Limits.PageBytes,
            KeysOnly = keysOnly,
        };
        var page = new PageWriter(this, keysOnly);
        ListResult result = State.List(query, ref page);
        reply.Number = result.Count;
        reply.Flags = result.More ? ReplyFlags.More : ReplyFlags.None;
        reply.Payload = _page.WrittenSpan;
    }

    private void Scan(in Request request, ref Reply reply)
    {
        _page.ResetWrittenCount();
        ScanCursor first = ScanCursor.AtSlot(slots.First);
        var from = new ScanCursor(Math.Max((ulong)Math.Max(request.Argument, 0), first.Value));
        ScanCursor end = ScanCursor.AfterSlot(slots.Last);
        if (from.Value < end.Value)
        {
            var page = new PageWriter(this, keysOnly: true);
            int count = (int)Math.Clamp(request.Revision.Value, 1, 10_000);
            reply.Number = (long)State.Scan(from, end, count, ref page).Value;
        }

        reply.Flags = reply.Number != 0 ? ReplyFlags.More : ReplyFlags.None;
        reply.Payload = _page.WrittenSpan;
    }

    /// <summary>A put that was to return the old value does so too when its condition fails (<see cref="RequestFlags.ReturnOld"/>).</summary>
    private static ReadOnlySpan<byte> PayloadOf(ApplyResult result, FaultCode fault, Operation operation, bool returnsOld) => fault switch
    {
        FaultCode.None => operation == Operation.Clear ? result.NextKey : result.OldValue,
        FaultCode.ConditionFailed when returnsOld => result.OldValue,
        _ => Detail(fault),
    };

    /// <summary>What is remembered goes with time.</summary>
    private static uint RetryAfterOf(FaultCode fault) => fault == FaultCode.Overloaded ? 1_000U : 0;

    private static ReplyFlags FlagsOf(in ApplyResult result) =>
        (result.Status == ApplyStatus.SessionsFull ? ReplyFlags.NotKept : ReplyFlags.None)
        | (result.Found ? ReplyFlags.Found : ReplyFlags.None)
        | (result.Created ? ReplyFlags.Created : ReplyFlags.None)
        | (result.More ? ReplyFlags.More : ReplyFlags.None);

    private static FaultCode FaultOf(ApplyStatus status) => status switch
    {
        ApplyStatus.Applied or ApplyStatus.NotFound => FaultCode.None,
        ApplyStatus.ConditionFailed => FaultCode.ConditionFailed,
        ApplyStatus.NotAnInteger => FaultCode.NotAnInteger,
        ApplyStatus.Overflow => FaultCode.Overflow,
        ApplyStatus.ValueTooLarge or ApplyStatus.BatchTooLarge => FaultCode.ValueTooLarge,
        ApplyStatus.InvalidKey => FaultCode.InvalidKey,
        ApplyStatus.SessionUnknown or ApplyStatus.SequenceClosed => FaultCode.SessionExpired,
        ApplyStatus.TokenMismatch => FaultCode.IdempotencyMismatch,
        ApplyStatus.SessionsFull => FaultCode.Overloaded,
        _ => throw Invariant.Unreachable("every status of apply has a reply"),
    };

    private static ReadOnlySpan<byte> Detail(FaultCode fault) => fault switch
    {
        FaultCode.ConditionFailed => "the key's revision is not what the condition asks for"u8,
        FaultCode.NotAnInteger => "value is not an integer or out of range"u8,
        FaultCode.Overflow => "increment or decrement would overflow"u8,
        FaultCode.ValueTooLarge => "the value, or what a batch shows and copies, would be longer than allowed"u8,
        FaultCode.InvalidKey => "a key has 1 to 4096 bytes"u8,
        FaultCode.NotFound => "there is no such key"u8,
        FaultCode.SessionExpired => "the session is not known any more, or is past this write"u8,
        FaultCode.IdempotencyMismatch => "the idempotency key was used for another request"u8,
        FaultCode.Overloaded => "the partition remembers as many results of sessions and idempotency keys as it can"u8,
        _ => default,
    };

    private readonly struct PageWriter(PartitionMachine machine, bool keysOnly) : IPairVisitor
    {
        public void Visit(PairView pair) => new PageItem
        {
            Key = pair.Key,
            Value = keysOnly ? default : pair.Entry.Value,
            Revision = pair.Entry.Revision,
            TimeToLiveMs = machine.TimeToLive(pair.Entry.DeadlineMs),
        }.Write(machine._page);
    }
}
