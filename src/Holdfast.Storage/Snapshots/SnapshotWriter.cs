using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// Writes one snapshot, made here or received in chunks. Each call returns work for the bulk lane, to be submitted in the
/// order of the calls. When one fails, those after it fail too; then <see cref="Abandon"/> it.
/// </summary>
public sealed class SnapshotWriter
{
    private readonly SnapshotStore _store;
    private readonly SnapshotOutput _output;
    private bool _ended;

    internal SnapshotWriter(SnapshotStore store, SnapshotOutput output, GroupId group, SnapshotId id, byte[] meta)
    {
        _store = store;
        _output = output;
        Group = group;
        Id = id;
        Meta = meta;
    }

    /// <summary>The group whose snapshot it is.</summary>
    public GroupId Group { get; }

    /// <summary>What the snapshot stands for.</summary>
    public SnapshotId Id { get; }

    /// <summary>The payload bytes given to <see cref="Append"/> so far: where a reception goes on.</summary>
    public long Length { get; private set; }

    internal ReadOnlyMemory<byte> Meta { get; }

    internal string FinalName => _output.FinalName;

    /// <summary>Adds a chunk to the payload. The bytes are copied before this returns.</summary>
    public DiskWork Append(ReadOnlySpan<byte> chunk)
    {
        Invariant.Require(!_ended, "nothing is added to a snapshot that was finished or given up");
        Length += chunk.Length;
        return new AppendWork(_output, chunk);
    }

    /// <summary>Completes the snapshot durably. Give it to <see cref="SnapshotStore.Complete"/> when it has run.</summary>
    public SnapshotFinish Finish()
    {
        Invariant.Require(!_ended, "a snapshot is finished once, and not after it was given up");
        _ended = true;
        return new SnapshotFinish(this, _output);
    }

    /// <summary>Gives it up: its file is deleted. Also after a failed <see cref="Finish"/>.</summary>
    public DiskWork Abandon()
    {
        _ended = true;
        _store.Drop(this);
        return new AbandonWork(_output);
    }

    private sealed class AppendWork : DiskWork
    {
        private readonly SnapshotOutput _output;
        private readonly byte[] _chunk;
        private readonly int _length;

        public AppendWork(SnapshotOutput output, ReadOnlySpan<byte> chunk)
        {
            _output = output;
            _chunk = ArrayPool<byte>.Shared.Rent(chunk.Length);
            _length = chunk.Length;
            chunk.CopyTo(_chunk);
        }

        public override void Execute(IDisk disk)
        {
            try
            {
                _output.Do(disk, d => _output.Append(d, _chunk.AsSpan(0, _length)));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(_chunk);
            }
        }
    }

    private sealed class AbandonWork(SnapshotOutput output) : DiskWork
    {
        public override void Execute(IDisk disk) => output.Abandon(disk);
    }
}

/// <summary>The last step of a snapshot: footer, sync, rename, folder sync. Only then does it exist.</summary>
public sealed class SnapshotFinish : DiskWork
{
    private readonly SnapshotOutput _output;

    internal SnapshotFinish(SnapshotWriter writer, SnapshotOutput output)
    {
        Writer = writer;
        _output = output;
    }

    /// <summary>The snapshot that it finishes.</summary>
    public SnapshotWriter Writer { get; }

    /// <inheritdoc/>
    public override void Execute(IDisk disk) => _output.Do(disk, _output.Finish);
}
