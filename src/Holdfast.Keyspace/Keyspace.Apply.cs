using System.Buffers;
using System.Runtime.CompilerServices;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>Changing one key.</content>
public sealed partial class Keyspace
{
    /// <summary>
    /// Applies a stored command; one that has an origin and was applied before gives what it gave then. One that can't be decoded stops
    /// the node: to skip it would make replicas differ.
    /// </summary>
    /// <exception cref="InvariantViolationException">The bytes are not a command that this program knows.</exception>
    public void Apply(ReadOnlySpan<byte> command, ref ApplyResult result, IBufferWriter<byte>? batchResults = null)
    {
        bool decoded = CommandCodec.TryDecode(command, out Command decodedCommand, out CommandError error);
        Invariant.Require(decoded, $"a stored command can be decoded; this one is {error}");
        Apply(decodedCommand, ref result, batchResults);
    }

    /// <summary>
    /// Applies a command, whose spans must not point into this keyspace's memory. What the operations of a batch gave is written to
    /// <paramref name="batchResults"/>, for <see cref="BatchResults"/> to read.
    /// </summary>
    public void Apply(in Command command, ref ApplyResult result, IBufferWriter<byte>? batchResults = null)
    {
        FreeShown();
        result = default;
        MoveTime(command.StampMs);
        if (command.Origin.IsNone)
        {
            Execute(command, ref result, batchResults);
        }
        else
        {
            ApplyOnce(command, ref result, batchResults);
        }

        _history.Trim(TimeMs);
    }

    private void Execute(in Command command, ref ApplyResult result, IBufferWriter<byte>? batchResults)
    {
        Revision before = Revision;
        switch (command.Kind)
        {
            case CommandKind.Clear:
                Clear(command, ref result);
                break;
            case CommandKind.Flush:
                Flush(ref result);
                break;
            case CommandKind.Advance:
                Advance(command, ref result);
                break;
            case CommandKind.Batch:
                ApplyBatch(command, ref result, batchResults);
                break;
            case CommandKind.Touch:
                result.Revision = Revision;
                break;
            default:
                ApplyToKey(command, ref result);
                break;
        }

        result.Changed = Revision != before;
        Invariant.Require(_history.Last == Revision, "the history has a change for each revision");
    }

    private void ApplyToKey(in Command command, ref ApplyResult result)
    {
        if (!IsValidKey(command.Key))
        {
            result.Status = ApplyStatus.InvalidKey;
            return;
        }

        var target = new Target(this, command.Slot, command.Key);
        result.Found = !target.Record.IsNone;
        if (result.Found)
        {
            result.Revision = target.Record.Revision;
            result.DeadlineMs = target.Record.DeadlineMs;
            result.OldValue = command.ReturnsOldValue ? target.Record.Value : default;
        }

        Revision before = Revision;
        result.Status = !command.Condition.IsMetBy(result.Revision)
            ? ApplyStatus.ConditionFailed
            : command.Kind switch
            {
                CommandKind.Put => Put(target, command, ref result),
                CommandKind.Append => Append(target, command.Value, ref result),
                CommandKind.Increment => Increment(target, command.By, ref result),
                CommandKind.Delete => Delete(target, command, ref result),
                _ => ApplyRarely(target, command, ref result),
            };
        if (Revision != before)
        {
            result.Revision = Revision;
        }
    }

    // Apart, so that what is common stays small.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ApplyStatus ApplyRarely(scoped in Target target, in Command command, ref ApplyResult result) => command.Kind switch
    {
        CommandKind.Expire => Expire(target, command, ref result),
        CommandKind.Get or CommandKind.Measure => Measure(target, ref result),
        CommandKind.Check => ApplyStatus.Applied,
        CommandKind.Copy or CommandKind.Rename => Copy(target, command, ref result),
        _ => throw Invariant.Unreachable("a command is of a known kind"),
    };

    private ApplyStatus Put(scoped in Target target, in Command command, ref ApplyResult result)
    {
        if (command.Value.Length > _options.MaxValueBytes)
        {
            return ApplyStatus.ValueTooLarge;
        }

        if (command.Expiry.IsPast(TimeMs))
        {
            if (result.Found)
            {
                RemoveTarget(target, command.ReturnsOldValue, ref result);
            }

            return ApplyStatus.Applied;
        }

        ulong deadline = command.Expiry.DeadlineAt(TimeMs, result.DeadlineMs);
        Store(target, command.Value, deadline, command.ReturnsOldValue, ref result);
        return ApplyStatus.Applied;
    }

    private ApplyStatus Append(scoped in Target target, ReadOnlySpan<byte> addition, ref ApplyResult result)
    {
        int before = target.Record.IsNone ? 0 : target.Record.ValueLength;
        if (addition.Length > _options.MaxValueBytes - before)
        {
            return ApplyStatus.ValueTooLarge;
        }

        if (target.Record.IsNone)
        {
            Store(target, addition, deadlineMs: 0, showOld: false, ref result);
            return ApplyStatus.Applied;
        }

        int after = before + addition.Length;
        _state.ExcludeEnd(target.Place, target.Record);
        Record extended = Extend(target, after);
        addition.CopyTo(extended.Resize(after)[before..]);
        extended.Revision = NextRevision();
        _state.IncludeEnd(target.Place, extended, before);
        _history.AddPut(extended, TimeMs);
        result.Length = after;
        return ApplyStatus.Applied;
    }

    private ApplyStatus Increment(scoped in Target target, long by, ref ApplyResult result)
    {
        long number = 0;
        if (!target.Record.IsNone && !DecimalInteger.TryParse(target.Record.Value, out number))
        {
            return ApplyStatus.NotAnInteger;
        }

        if (by > 0 ? number > long.MaxValue - by : number < long.MinValue - by)
        {
            return ApplyStatus.Overflow;
        }

        result.Number = number + by;
        Span<byte> text = stackalloc byte[DecimalInteger.MaxLength];
        int length = DecimalInteger.Format(result.Number, text);
        Store(target, text[..length], result.DeadlineMs, showOld: false, ref result);
        return ApplyStatus.Applied;
    }

    private ApplyStatus Delete(scoped in Target target, in Command command, ref ApplyResult result)
    {
        if (target.Record.IsNone)
        {
            return ApplyStatus.NotFound;
        }

        RemoveTarget(target, command.ReturnsOldValue, ref result);
        return ApplyStatus.Applied;
    }

    private void RemoveTarget(scoped in Target target, bool show, ref ApplyResult result)
    {
        Remove(target.Place, target.Record, show);
        _history.AddRemoval(ChangeKind.Delete, NextRevision(), target.Key, TimeMs);
        result.Deleted = 1;
        result.DeadlineMs = 0;
    }

    private bool IsValidKey(ReadOnlySpan<byte> key) => !key.IsEmpty && key.Length <= _options.MaxKeyBytes;

    private Revision NextRevision() => Revision = Revision.Next;

    /// <summary>The key that a command is about: its place and its record, if there is one.</summary>
    private readonly ref struct Target
    {
        public Target(Keyspace keyspace, Slot slot, ReadOnlySpan<byte> key)
        {
            Slot = slot;
            Key = key;
            Place = keyspace._state.PlaceOf(slot, key);
            Stored = keyspace._state.Find(Place, slot, key);
            Record = !Stored.IsNone && keyspace.IsPast(Stored) ? Record.None : Stored;
        }

        public Slot Slot { get; }

        public ReadOnlySpan<byte> Key { get; }

        public KeyPlace Place { get; }

        /// <summary>The record in the indexes, also when its deadline has passed. It then waits to be replaced or removed.</summary>
        public Record Stored { get; }

        /// <summary>The record as everyone is to see it: none once its deadline has passed.</summary>
        public Record Record { get; }
    }
}
