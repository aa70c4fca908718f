using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// Writes a keyspace as it was when the walk began, in bounded steps, while the keyspace goes on changing: a change to a key not
/// yet visited hands the old record to the walk, which writes it first. Same thread as its keyspace.
/// </summary>
/// <remarks>
/// The old records held back are at most the state at the beginning, each once. To bound them further the owner compares
/// <see cref="PendingBytes"/> with its limit after each change, and steps the walk before it applies more.
/// </remarks>
public sealed class SnapshotWalk : IDisposable
{
    internal SnapshotWalk()
    {
    }

    /// <summary>The revision that the snapshot shows.</summary>
    public Revision Revision => throw new NotSupportedException();

    /// <summary>The number of keys that the snapshot holds.</summary>
    public long Count => throw new NotSupportedException();

    /// <summary>The bytes of memory held only because their old records wait to be written.</summary>
    public long PendingBytes => throw new NotSupportedException();

    /// <summary>Whether the footer was written.</summary>
    public bool IsDone => throw new NotSupportedException();

    /// <summary>
    /// Writes about <paramref name="maxBytes"/> more (at most; a few bytes at least) and returns whether the snapshot is complete.
    /// </summary>
    public bool Step(int maxBytes, IBufferWriter<byte> output) => throw new NotSupportedException();

    /// <summary>Ends the walk, finished or not, and frees what it held back.</summary>
    public void Dispose() => throw new NotSupportedException();
}
