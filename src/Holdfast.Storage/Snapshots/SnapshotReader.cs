using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>Reads a durable snapshot piece by piece, for a follower. It keeps the file, also when a newer snapshot replaces it, until closed.</summary>
public sealed class SnapshotReader
{
    /// <summary>The snapshot.</summary>
    public SnapshotInfo Info => throw new NotSupportedException();

    /// <summary>
    /// Work for the bulk lane that reads up to <paramref name="maxBytes"/> of the payload. The same object each time: one
    /// read at a time, whose result is valid until the next one.
    /// </summary>
    public SnapshotRead Read(long offset, int maxBytes) => throw new NotSupportedException();

    /// <summary>Ends the reading. Not while a read is on its way.</summary>
    public void Close() => throw new NotSupportedException();
}

/// <summary>A piece of a snapshot's payload, read and verified.</summary>
public sealed class SnapshotRead : DiskWork
{
    /// <summary>Where in the payload the piece begins.</summary>
    public long Offset => throw new NotSupportedException();

    /// <summary>The bytes. Empty when <see cref="Damaged"/>.</summary>
    public ReadOnlyMemory<byte> Bytes => throw new NotSupportedException();

    /// <summary>Whether the payload ends with this piece.</summary>
    public bool Last => throw new NotSupportedException();

    /// <summary>What does not verify in the file, or null. Damaged bytes are never handed out.</summary>
    public string? Damaged => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Execute(IDisk disk) => throw new NotSupportedException();
}
