namespace Holdfast.Keyspace;

/// <summary>
/// Native memory shared by the keyspaces of one engine, handed to them in pages and taken back page by page, so that an idle
/// keyspace costs a few pages at most. For one thread at a time. Dispose after its keyspaces.
/// </summary>
public sealed class KeyspaceArena : IDisposable
{
    /// <summary>The bytes taken from the operating system.</summary>
    public long AllocatedBytes => throw new NotSupportedException();

    /// <summary>Gives all memory back. No keyspace may be using any.</summary>
    public void Dispose() => throw new NotSupportedException();
}
