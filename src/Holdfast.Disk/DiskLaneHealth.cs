namespace Holdfast.Disk;

/// <summary>
/// How long a lane's work takes: the last piece, the 99th percentile and the longest of the latest 1,024, and the piece
/// that runs now, which tells of a hanging disk before it comes back (zero when none runs). Then how many pieces have run
/// and how many wait.
/// </summary>
public readonly record struct DiskLaneHealth(TimeSpan Last, TimeSpan P99, TimeSpan Longest, TimeSpan Running, long Completed, int Queued);
