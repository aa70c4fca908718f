using Holdfast.Bench.Compare.Systems;

namespace Holdfast.Bench.Compare.Meters;

/// <summary>What three nodes take at a moment.</summary>
/// <param name="MemoryBytes">The resident memory of each process.</param>
/// <param name="LogBytes">The segments of all their logs.</param>
/// <param name="SnapshotBytes">All their snapshots, with those that are being written.</param>
internal sealed record StoreSample(IReadOnlyList<long> MemoryBytes, long LogBytes, long SnapshotBytes)
{
    public static StoreSample Of(HoldfastCluster cluster) => new(
        [.. cluster.ProcessIds.Select(ProcessMeter.ResidentBytes)],
        cluster.Directories.Sum(node => BytesBelow(Path.Combine(node, "log"))),
        cluster.Directories.Sum(node => BytesBelow(Path.Combine(node, "snapshots"))));

    /// <summary>A node makes the folder for snapshots with its first one.</summary>
    private static long BytesBelow(string directory) => Directory.Exists(directory)
        ? new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(BytesOf)
        : 0;

    private static long BytesOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0; // It went meanwhile.
        }
    }
}
