using Holdfast.Primitives;

namespace Holdfast.Disk;

/// <summary>
/// A thread for each <see cref="DiskLane"/>, which runs its work in order. Any thread may submit. Completed work goes to
/// one callback, on the lane's thread, with <see cref="DiskWork.Failure"/> set when the disk refused; any other exception
/// goes to the other callback, and that lane runs nothing more.
/// </summary>
public sealed class DiskLanes : IDiskLanes, IDisposable
{
    /// <summary>Starts the threads.</summary>
    public DiskLanes(IDisk disk, Action<DiskWork> completed, Action<Exception> fatal) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Submit(DiskLane lane, DiskWork work) => throw new NotSupportedException();

    /// <summary>How the work of a lane has gone lately. Any thread.</summary>
    public DiskLaneHealth Health(DiskLane lane) => throw new NotSupportedException();

    /// <summary>Runs what was submitted, then ends the threads.</summary>
    public void Dispose()
    {
    }
}

/// <summary>
/// How long a lane's work takes: the last piece, the longest one since the lane was last asked, and the piece that runs
/// now, which tells of a hanging disk before it comes back (zero when none runs).
/// </summary>
public readonly record struct DiskLaneHealth(TimeSpan Last, TimeSpan Longest, TimeSpan Running, long Completed, int Queued);
