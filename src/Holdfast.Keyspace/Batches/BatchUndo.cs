using System.Buffers;
using System.Runtime.InteropServices;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// What an atomic batch has changed so far: of each key the record that was there before, kept out of the indexes until the batch
/// ends, or that there was none. A record that the batch made itself is told by its revision, so a key's first image is its only one.
/// </summary>
internal sealed unsafe class BatchUndo
{
    // What a large batch needed is not kept for the next.
    private const int Kept = 1 << 16;

    private readonly List<Image> _images = [];
    private ArrayBufferWriter<byte> _addedKeys = new();

    /// <summary>Whether an atomic batch is going on.</summary>
    public bool IsActive { get; private set; }

    /// <summary>The partition's revision before the batch.</summary>
    public Revision Before { get; private set; }

    /// <summary>Where the history ended before the batch.</summary>
    public HistoryMark Mark { get; private set; }

    public ReadOnlySpan<Image> Images => CollectionsMarshal.AsSpan(_images);

    public void Begin(Revision revision, in HistoryMark mark)
    {
        Invariant.Require(!IsActive && _images.Count == 0, "there is one batch at a time");
        Before = revision;
        Mark = mark;
        IsActive = true;
    }

    public void End()
    {
        IsActive = false;
        _images.Clear();
        if (_images.Capacity > Kept || _addedKeys.Capacity > Kept)
        {
            _images.TrimExcess();
            _addedKeys = new ArrayBufferWriter<byte>();
        }

        _addedKeys.ResetWrittenCount();
    }

    /// <summary>Called before a record changes or goes: takes it over if it is from before the batch.</summary>
    public bool TryTake(Record record)
    {
        bool taken = record.Revision <= Before;
        if (taken)
        {
            _images.Add(new Image { Old = record, Chain = ValueChain.Of(record) });
        }

        return taken;
    }

    /// <summary>Called when a key that was not there is added.</summary>
    public void NoteAdded(Slot slot, ReadOnlySpan<byte> key)
    {
        _images.Add(new Image { Slot = slot, KeyStart = _addedKeys.WrittenCount, KeyLength = key.Length });
        _addedKeys.Write(key);
    }

    /// <summary>The key of an image that has no record.</summary>
    public ReadOnlySpan<byte> KeyOf(in Image added) => _addedKeys.WrittenSpan.Slice(added.KeyStart, added.KeyLength);

    /// <summary>One key as it was.</summary>
    internal struct Image
    {
        /// <summary>The record before; none when the key was absent.</summary>
        public Record Old;

        /// <summary>The chain that leant on it, or null.</summary>
        public ValueChain* Chain;

        /// <summary>Of an absent key: its slot, and where it lies among the keys added.</summary>
        public Slot Slot;
        public int KeyStart;
        public int KeyLength;
    }
}
