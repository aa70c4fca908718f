namespace Holdfast.Storage;

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
