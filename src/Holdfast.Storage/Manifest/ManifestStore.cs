using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// One small file of opaque bytes: what the data directory is. It is replaced as a whole: a reader sees the old bytes or
/// the new ones, also after a crash.
/// </summary>
public static class ManifestStore
{
    /// <summary>The file's name.</summary>
    public const string FileName = "manifest";

    /// <summary>Reads the manifest, while the node starts.</summary>
    /// <exception cref="DiskException">The disk failed.</exception>
    public static ManifestRead Read(IDisk disk) => throw new NotSupportedException();

    /// <summary>Work that replaces the manifest. The bytes are copied before this returns.</summary>
    public static DiskWork Write(ReadOnlySpan<byte> content) => throw new NotSupportedException();
}

/// <summary>What <see cref="ManifestStore.Read"/> found.</summary>
public enum ManifestState
{
    /// <summary>The manifest is intact.</summary>
    Present,

    /// <summary>A fresh directory: no manifest, no log, no snapshots.</summary>
    Fresh,

    /// <summary>There is a log or a snapshot, but no manifest: the directory is damaged, or not ours.</summary>
    Missing,

    /// <summary>The manifest does not verify.</summary>
    Damaged,

    /// <summary>A newer program wrote it.</summary>
    NewerVersion,
}

/// <summary>The manifest's bytes when present, else empty; and a sentence for the operator.</summary>
public sealed record ManifestRead(ManifestState State, ReadOnlyMemory<byte> Content, string Explanation);
