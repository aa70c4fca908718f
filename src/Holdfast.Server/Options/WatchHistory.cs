namespace Holdfast.Server;

/// <summary>How much of its changes a partition keeps, so that a watch can go on where it was cut off. The oldest go first.</summary>
/// <param name="Bytes">The most bytes of keys and values, with some 32 bytes a change.</param>
/// <param name="Time">How long a change is kept at most, in the partition's own time.</param>
public sealed record WatchHistory(long Bytes, TimeSpan Time)
{
    /// <summary>The most bytes of a partition unless the operator says otherwise.</summary>
    public const long DefaultBytes = 64L * 1024 * 1024;

    /// <summary>The fewest bytes that a partition keeps.</summary>
    public const long MinBytes = 64L * 1024;

    /// <summary>How long changes are kept unless the operator says otherwise.</summary>
    public static readonly TimeSpan DefaultTime = TimeSpan.FromMinutes(10);

    // Of the memory that keys and values may take, or else of the machine's, the share that all histories may.
    private const long ShareOfMemory = 8;

    // The same of the disk, where snapshots hold them.
    private const long ShareOfDisk = 16;

    /// <summary>The most bytes that the histories of all partitions take together where the operator says nothing.</summary>
    public static long BytesOfAll(long memoryBytes, long diskBytes) => Math.Min(memoryBytes / ShareOfMemory, diskBytes / ShareOfDisk);
}
