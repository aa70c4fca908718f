using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>Reads a durable snapshot piece by piece, for a follower. It keeps the file, also when a newer snapshot replaces it, until closed.</summary>
public sealed class SnapshotReader
{
    private readonly SnapshotStore _store;
    private readonly StoredSnapshot _stored;
    private readonly SnapshotRead _read;
    private bool _closed;

    internal SnapshotReader(SnapshotStore store, StoredSnapshot stored)
    {
        _store = store;
        _stored = stored;
        _read = new SnapshotRead(stored.NewInput());
    }

    /// <summary>The snapshot.</summary>
    public SnapshotInfo Info => _stored.Info;

    /// <summary>Whether a newer one has taken its place, so that its file is there for its readers alone.</summary>
    public bool IsSuperseded => _stored.Superseded;

    /// <summary>
    /// Work for the bulk lane that reads up to <paramref name="maxBytes"/> of the payload. The same object each time: one
    /// read at a time, whose result is valid until the next one.
    /// </summary>
    public SnapshotRead Read(long offset, int maxBytes)
    {
        Invariant.Require(!_closed, "a closed snapshot is not read");
        Invariant.Require(offset >= 0 && offset <= Info.PayloadBytes && maxBytes > 0, "a read begins within the payload");
        _read.Aim(offset, maxBytes);
        return _read;
    }

    /// <summary>Ends the reading. Not while a read is on its way.</summary>
    public void Close()
    {
        if (!_closed)
        {
            _closed = true;
            _store.CloseReader(_stored);
        }
    }
}

/// <summary>A piece of a snapshot's payload, read and verified.</summary>
public sealed class SnapshotRead : DiskWork
{
    private readonly SnapshotInput _input;
    private byte[] _buffer = [];
    private int _length;

    internal SnapshotRead(SnapshotInput input) => _input = input;

    /// <summary>Where in the payload the piece begins.</summary>
    public long Offset { get; private set; }

    /// <summary>The bytes. Empty when <see cref="Damaged"/>.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Whether the payload ends with this piece.</summary>
    public bool Last => Damaged is null && Offset + _length == _input.PayloadBytes;

    /// <summary>What does not verify in the file, or null. Damaged bytes are never handed out.</summary>
    public string? Damaged { get; private set; }

    internal void Aim(long offset, int maxBytes)
    {
        Failure = null;
        Damaged = null;
        Offset = offset;
        _length = (int)Math.Min(maxBytes, _input.PayloadBytes - offset);
        if (_buffer.Length < _length)
        {
            _buffer = new byte[_length];
        }
    }

    /// <inheritdoc/>
    public override void Execute(IDisk disk)
    {
        using IDiskFile file = disk.Open(_input.Name);
        for (int filled = 0; filled < _length;)
        {
            long block = (Offset + filled) / SnapshotFormat.BlockBytes;
            if (!_input.TryReadBlock(file, block, out ReadOnlySpan<byte> bytes))
            {
                Damaged = $"block {block} of {_input.Name} does not verify";
                _length = 0;
                return;
            }

            ReadOnlySpan<byte> part = bytes[(int)((Offset + filled) % SnapshotFormat.BlockBytes)..];
            part = part[..Math.Min(part.Length, _length - filled)];
            part.CopyTo(_buffer.AsSpan(filled));
            filled += part.Length;
        }
    }
}
