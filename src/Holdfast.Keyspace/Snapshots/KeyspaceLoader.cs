using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>The bytes are not an intact snapshot, or not of this keyspace. The message says what is wrong and where.</summary>
public sealed class SnapshotFormatException(string message) : Exception(message);

/// <summary>Builds a keyspace from a snapshot that comes in chunks, split anywhere. One thread.</summary>
public sealed class KeyspaceLoader : IDisposable
{
    /// <summary>A loader into an empty keyspace of its own.</summary>
    public KeyspaceLoader(KeyspaceArena arena, KeyspaceOptions options)
    {
        _ = arena;
        _ = options;
    }

    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="SnapshotFormatException">They don't go on as a snapshot does. The loader can only be disposed.</exception>
    public void Feed(ReadOnlySpan<byte> chunk) => throw new NotSupportedException();

    /// <summary>Whether the footer was read and matched.</summary>
    public bool IsComplete => throw new NotSupportedException();

    /// <summary>Hands over the keyspace.</summary>
    /// <exception cref="SnapshotFormatException">The snapshot is not complete.</exception>
    public Keyspace Complete() => throw new NotSupportedException();

    /// <summary>Frees what was built and not handed over.</summary>
    public void Dispose() => throw new NotSupportedException();
}
