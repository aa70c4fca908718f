using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>The operations that batches alone have: see <see cref="BatchBuilder"/>.</content>
public ref partial struct Command
{
    /// <summary>Gives a key's value.</summary>
    public static Command Get(Slot slot, ReadOnlySpan<byte> key) => new() { Kind = CommandKind.Get, Slot = slot, Key = key };

    /// <summary>Gives the length of a key's value, so also whether there is one.</summary>
    public static Command Measure(Slot slot, ReadOnlySpan<byte> key) => new() { Kind = CommandKind.Measure, Slot = slot, Key = key };

    /// <summary>Fails the batch when a condition is not met: by the key as the operations before left it.</summary>
    public static Command Check(Slot slot, ReadOnlySpan<byte> key, Condition condition) =>
        new() { Kind = CommandKind.Check, Slot = slot, Key = key, Condition = condition };

    /// <summary>Puts a key's value and deadline under another key.</summary>
    public static Command Copy(
        Slot slot, ReadOnlySpan<byte> key, Slot endSlot, ReadOnlySpan<byte> end, CommandFlags flags = CommandFlags.None) => new()
        {
            Kind = CommandKind.Copy,
            Flags = flags,
            Slot = slot,
            Key = key,
            EndSlot = endSlot,
            End = end,
        };

    /// <summary>Moves a key to another; nothing happens when they are the same. It changes two keys: the new one, then the old one.</summary>
    public static Command Rename(
        Slot slot, ReadOnlySpan<byte> key, Slot endSlot, ReadOnlySpan<byte> end, CommandFlags flags = CommandFlags.None) => new()
        {
            Kind = CommandKind.Rename,
            Flags = flags,
            Slot = slot,
            Key = key,
            EndSlot = endSlot,
            End = end,
        };
}
