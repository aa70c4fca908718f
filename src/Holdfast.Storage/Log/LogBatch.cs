using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// Everything that was appended while the batch before was on its way: one write and one sync. Runs on the log lane. Two
/// of them take turns, so an instance is valid until it was given to <see cref="WriteAheadLog.Complete(LogBatch)"/>.
/// </summary>
public sealed class LogBatch : DiskWork
{
    private const int InitialBytes = 64 << 10;

    /// <summary>A buffer that an unusually large batch needed is not kept.</summary>
    private const int KeptBytes = 8 << 20;

    private readonly List<RecordNote> _notes = [];
    private byte[] _buffer = new byte[InitialBytes];
    private int _length = BatchHeader.Size;
    private Segment? _closing;
    private bool _creates;

    internal LogBatch()
    {
    }

    /// <summary>The batch's number, once it was taken. Numbers grow by one, and go on over restarts.</summary>
    public ulong Number => Header.Number;

    /// <summary>What those wait for whose records are in it; zero when a batch without records went before one that waits for room.</summary>
    internal ulong Ticket { get; private set; }

    internal int BodyBytes => _length - BatchHeader.Size;

    internal int Records => _notes.Count;

    /// <summary>Whether it lets go of what stands in the log before it: that is needed until it is durable.</summary>
    internal bool Forgets => _notes.Exists(static note => note.Kind is RecordKind.Forget or RecordKind.Reset);

    internal BatchHeader Header { get; private set; }

    internal Segment? Target { get; private set; }

    /// <summary>Whether a write to the target was begun, after which a failure is final.</summary>
    internal bool Touched { get; private set; }

    /// <summary>Adds a record and returns the place of its payload.</summary>
    internal Span<byte> Add(GroupUse? use, RecordHeader header)
    {
        int start = _length;
        EnsureRoom(start + (long)RecordHeader.Size + header.PayloadBytes);
        header.Write(_buffer.AsSpan(start));
        _length = start + RecordHeader.Size + header.PayloadBytes;
        _notes.Add(new RecordNote(use, header.Kind, header.First, header.Last));
        return _buffer.AsSpan(start + RecordHeader.Size, header.PayloadBytes);
    }

    /// <summary>Fixes where the batch goes. From here on it belongs to the lane, until it comes back.</summary>
    internal void Aim(Segment target, bool creates, Segment? closing)
    {
        Target = target;
        _creates = creates;
        _closing = closing;
        Granted = creates ? target.Bytes : 0;
        foreach (RecordNote note in _notes)
        {
            if (note.Kind == RecordKind.State)
            {
                note.Use?.StateWritten(target);
            }
            else if (note.Kind == RecordKind.Entries)
            {
                note.Use?.EntriesWritten(target, note.First, note.Last);
            }
        }
    }

    internal void Describe(in BatchHeader header) => Header = header;

    /// <summary>The bytes that were granted to the segment that it makes; zero when it makes none.</summary>
    internal long Granted { get; private set; }

    /// <summary>The disk was too full for the segment that it makes: it is tried again with no more bytes than it needs.</summary>
    internal void Shrink() => Target!.Bytes = LogFormat.AlignToSector(Header.End.Offset) + LogFormat.SectorBytes;

    /// <inheritdoc/>
    public override void Execute(IDisk disk)
    {
        Invariant.Require(Target is not null, "a batch that runs has a place in the log");
        _closing?.Close();
        if (_creates && Target.File is null)
        {
            Target.Create(disk, recycled: null, prewrites: Target.Bytes <= LogOptions.QuicklyMadeBytes);
        }

        Invariant.Require(Target.File is not null, "the segment of a batch is open");
        Span<byte> bytes = SealBytes(Target.Seed);
        Touched = true;
        Target.File.WriteAround(Header.At.Offset, bytes);
        Target.File.Sync();
        if (_creates)
        {
            disk.SyncFolder(Folder(Target.Path));
        }
    }

    /// <summary>Empties the batch for its next turn.</summary>
    internal void Reset(ulong ticket)
    {
        Ticket = ticket;
        Failure = null;
        Target = null;
        _closing = null;
        Touched = false;
        _notes.Clear();
        _length = BatchHeader.Size;
        if (_buffer.Length > KeptBytes)
        {
            _buffer = new byte[InitialBytes];
        }
    }

    private Span<byte> SealBytes(uint seed)
    {
        for (int at = BatchHeader.Size; at < _length;)
        {
            at += RecordHeader.Seal(_buffer.AsSpan(at), seed);
        }

        int total = (int)LogFormat.AlignToSector(_length);
        EnsureRoom(total);
        _buffer.AsSpan(_length, total - _length).Clear();
        Header.Write(_buffer, seed);
        return _buffer.AsSpan(0, total);
    }

    private void EnsureRoom(long bytes)
    {
        Invariant.Require(bytes <= Array.MaxLength, "a batch fits in one buffer");
        if (bytes > _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max(bytes, _buffer.Length * 2L)));
        }
    }

    private static string Folder(string path) => path[..path.LastIndexOf('/')];

    private readonly record struct RecordNote(GroupUse? Use, RecordKind Kind, LogIndex First, LogIndex Last);
}
