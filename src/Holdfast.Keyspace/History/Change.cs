using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// A change in native memory: the address of a head, followed by the key's bytes and the value's, or, when it is long, by a reference to
/// the <see cref="ValueChain"/> that has them.
/// </summary>
internal readonly unsafe struct Change(byte* address)
{
    public const int HeadSize = 32;

    private const byte LongMark = 1;
    private const byte GoesOnMark = 2;

    /// <summary>The size of one whose key and value are elsewhere.</summary>
    public const int LongSize = HeadSize + 24;

    public byte* Address => address;

    public ref Head Fields => ref Unsafe.AsRef<Head>(address);

    public ref Link Chained => ref Unsafe.AsRef<Link>(address + HeadSize);

    /// <summary>Where the key and the value lie, one after the other; not of a long change.</summary>
    public byte* Payload => address + HeadSize;

    public Revision Revision => new(Fields.Revision);

    public bool IsLong
    {
        get => (Fields.Marks & LongMark) != 0;
        set => Fields.Marks = value ? LongMark : default;
    }

    /// <summary>Whether the change after it has the same revision.</summary>
    public bool GoesOn => (Fields.Marks & GoesOnMark) != 0;

    public void GoOn() => Fields.Marks |= GoesOnMark;

    /// <summary>The bytes it takes in its block.</summary>
    public int Size => IsLong ? LongSize : SizeFor(Fields.KeyLength + Fields.ValueLength);

    public ReadOnlySpan<byte> Key => IsLong ? Chained.Chain->Record.Key : new(Payload, Fields.KeyLength);

    public ReadOnlySpan<byte> Value => IsLong
        ? Chained.Chain->Record.Value[..Fields.ValueLength]
        : new(Payload + Fields.KeyLength, Fields.ValueLength);

    public ChangeView View => new(Fields.Kind, Revision, Fields.DeadlineMs, Key, Value);

    /// <summary>The bytes that a change takes with that many bytes of key and value in it.</summary>
    public static int SizeFor(int payload) => (HeadSize + payload + 7) & ~7;

    [StructLayout(LayoutKind.Sequential, Size = HeadSize)]
    internal struct Head
    {
        public ulong Revision;
        public ulong DeadlineMs;

        /// <summary>Group time when it was applied.</summary>
        public ulong TimeMs;
        public int ValueLength;
        public ushort KeyLength;
        public ChangeKind Kind;
        public byte Marks;
    }

    /// <summary>What a long change has in the place of key and value.</summary>
    [StructLayout(LayoutKind.Sequential, Size = LongSize - HeadSize)]
    internal struct Link
    {
        public ValueChain* Chain;

        /// <summary>The chain's change before this one, whose value this one's begins with, if it was still kept then; else 0.</summary>
        public ulong BaseRevision;

        /// <summary>That one's value length; else 0.</summary>
        public int BaseLength;
    }
}
