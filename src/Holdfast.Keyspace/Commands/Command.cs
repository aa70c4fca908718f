using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// A change to a partition, decoded in place: its spans point into the bytes that it was decoded from, or that it was made of.
/// Made by the factories here or by <see cref="CommandCodec.TryDecode"/>.
/// </summary>
public ref partial struct Command
{
    /// <summary>What to do.</summary>
    public CommandKind Kind { get; internal set; }

    /// <summary>How to do it.</summary>
    public CommandFlags Flags { get; internal set; }

    /// <summary>Whether the value before is asked for. <c>HasFlag</c> allocates until it is optimised.</summary>
    internal readonly bool ReturnsOldValue =>
        (Flags & CommandFlags.ReturnOldValue) != CommandFlags.None || Kind == CommandKind.Get;

    /// <summary>
    /// The leader's time when it proposed the command, in ms since the Unix epoch; 0 for none. Group time moves on to it before the
    /// command takes effect, and never back.
    /// </summary>
    public ulong StampMs { get; set; }

    /// <summary>
    /// By what the command is known again when it comes again. Whoever sets it sets <see cref="StampMs"/> too. Not for an advance, nor for
    /// the operations of a batch.
    /// </summary>
    public CommandOrigin Origin { get; set; }

    /// <summary>The key's slot. Unused by a clear, a flush, an advance, a batch and a touch.</summary>
    public Slot Slot { get; internal set; }

    /// <summary>What must hold for a put, delete or check to apply.</summary>
    public Condition Condition { get; internal set; }

    /// <summary>When the key of a put or expire is to expire.</summary>
    public Expiry Expiry { get; internal set; }

    /// <summary>What must hold of the key's deadline for an expire to apply.</summary>
    public DeadlineCondition DeadlineCondition { get; internal set; }

    /// <summary>The key; of a clear, where the range starts (inclusive; empty for the first key).</summary>
    public ReadOnlySpan<byte> Key { get; internal set; }

    /// <summary>The bytes to put or append; of a batch, its operations in stored form.</summary>
    public ReadOnlySpan<byte> Value { get; internal set; }

    /// <summary>Of a clear, where the range ends (exclusive; empty for no end); of a copy or rename, the destination.</summary>
    public ReadOnlySpan<byte> End { get; internal set; }

    /// <summary>The slot of a copy's or rename's destination.</summary>
    public Slot EndSlot { get; internal set; }

    /// <summary>What an increment adds.</summary>
    public long By { get; internal set; }

    /// <summary>How many keys one clear looks at or one advance removes, at most: at least 1. Of a batch, how many operations.</summary>
    public uint Limit { get; internal set; }

    /// <summary>A clear spares keys changed after this revision; <see cref="Revision.None"/> stands for the revision at apply.</summary>
    public Revision Bound { get; internal set; }

    /// <summary>What a batch does about operations that fail.</summary>
    public BatchMode Mode { get; internal set; }

    /// <summary>Sets a key.</summary>
    public static Command Put(
        Slot slot,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> value,
        Condition condition = default,
        Expiry expiry = default,
        CommandFlags flags = CommandFlags.None) => new()
        {
            Kind = CommandKind.Put,
            Flags = flags,
            Slot = slot,
            Key = key,
            Value = value,
            Condition = condition,
            Expiry = expiry,
        };

    /// <summary>Adds bytes to the end of a value.</summary>
    public static Command Append(Slot slot, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        new() { Kind = CommandKind.Append, Slot = slot, Key = key, Value = value };

    /// <summary>Removes a key.</summary>
    public static Command Delete(
        Slot slot, ReadOnlySpan<byte> key, Condition condition = default, CommandFlags flags = CommandFlags.None) =>
        new() { Kind = CommandKind.Delete, Flags = flags, Slot = slot, Key = key, Condition = condition };

    /// <summary>Adds to a decimal integer.</summary>
    public static Command Increment(Slot slot, ReadOnlySpan<byte> key, long by) =>
        new() { Kind = CommandKind.Increment, Slot = slot, Key = key, By = by };

    /// <summary>
    /// One step of removing the keys in [start, end). The first step passes <see cref="Revision.None"/> as bound; the following
    /// ones pass <see cref="ApplyResult.Bound"/> and <see cref="ApplyResult.NextKey"/> of the step before, while it says
    /// <see cref="ApplyResult.More"/>, so that what was written after the first step is spared.
    /// </summary>
    public static Command Clear(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end, uint limit, Revision bound = default) => new()
    {
        Kind = CommandKind.Clear,
        Flags = CommandFlags.RevisionPerKey,
        Key = start,
        End = end,
        Limit = limit,
        Bound = bound,
    };

    /// <summary>Removes all keys, in constant time: the memory is given back by <see cref="Keyspace.Reclaim"/>.</summary>
    public static Command Flush() => new() { Kind = CommandKind.Flush };

    /// <summary>
    /// Sets the deadline of a key that exists; <see cref="Expiry.None"/> takes it away and has no condition. <see cref="Expiry.Keep"/>
    /// is not for this command.
    /// </summary>
    public static Command Expire(
        Slot slot,
        ReadOnlySpan<byte> key,
        Expiry expiry,
        DeadlineCondition condition = DeadlineCondition.None,
        CommandFlags flags = CommandFlags.None)
    {
        Invariant.Require(expiry.Kind != ExpiryKind.Keep, "an expire does not keep the deadline");
        Invariant.Require(
            expiry.Kind == ExpiryKind.None ? condition == DeadlineCondition.None : condition.IsValid(),
            "the conditions of an expire go together, and there are none when it takes a deadline away");
        return new Command
        {
            Kind = CommandKind.Expire,
            Flags = flags,
            Slot = slot,
            Key = key,
            Expiry = expiry,
            DeadlineCondition = condition,
        };
    }

    /// <summary>
    /// Moves group time on to the leader's and removes at most <paramref name="limit"/> keys whose deadlines have passed, in the order
    /// of their deadlines, and then sessions, their results and idempotency tokens. Another is due while the result says
    /// <see cref="ApplyResult.More"/>.
    /// </summary>
    public static Command Advance(ulong stampMs, uint limit) =>
        new() { Kind = CommandKind.Advance, StampMs = stampMs, Limit = limit };

    /// <summary>
    /// Begins a session with number 1, keeps it alive, or moves its lowest open number on. It keeps no result, so its number may be used by
    /// another command, and one that begins nothing is not refused when the partition's sessions are full. Needs a stamp.
    /// </summary>
    public static Command Touch(CommandOrigin origin)
    {
        Invariant.Require(origin.Kind == CommandOriginKind.Session, "a touch is of a session");
        return new Command { Kind = CommandKind.Touch, Origin = origin };
    }
}
