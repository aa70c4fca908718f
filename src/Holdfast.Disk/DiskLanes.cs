using Holdfast.Primitives;

namespace Holdfast.Disk;

/// <summary>
/// A thread for each <see cref="DiskLane"/>, which runs its work in order. Any thread may submit. Completed work goes to
/// one callback, on the lane's thread, with <see cref="DiskWork.Failure"/> set when the disk refused; any other exception,
/// of the callback too, goes to the other callback, and that lane runs nothing more.
/// </summary>
public sealed class DiskLanes : IDiskLanes, IDisposable
{
    private readonly LaneThread _log;
    private readonly LaneThread _bulk;

    /// <summary>Starts the threads.</summary>
    /// <param name="disk">What they work on.</param>
    /// <param name="completed">Takes back what has run.</param>
    /// <param name="fatal">Hears of what ended a lane.</param>
    /// <param name="maxPollMicros">How long the log's thread polls at most before it sleeps, in µs, while it <see cref="MayPoll"/>; zero is never.</param>
    public DiskLanes(IDisk disk, Action<DiskWork> completed, Action<Exception> fatal, int maxPollMicros = 0)
    {
        _log = new LaneThread("disk log", disk, completed, fatal, maxPollMicros);
        _bulk = new LaneThread("disk bulk", disk, completed, fatal, maxPollMicros: 0);
    }

    /// <summary>
    /// Whether so little is under way that the log's thread may look for its next batch for a while before it sleeps, where that has paid lately:
    /// a lone write waits until that thread is awake. Any thread may set it, as often as it likes.
    /// </summary>
    public bool MayPoll
    {
        get => _log.MayPoll;
        set => _log.MayPoll = value;
    }

    /// <inheritdoc/>
    public void Submit(DiskLane lane, DiskWork work) => Of(lane).Submit(work);

    /// <summary>How the work of a lane has gone lately. Any thread.</summary>
    public DiskLaneHealth Health(DiskLane lane) => Of(lane).Health();

    /// <summary>Runs what was submitted, then ends the threads; gives up waiting after five seconds.</summary>
    public void Dispose()
    {
        _log.Stop();
        _bulk.Stop();
        _log.Dispose();
        _bulk.Dispose();
    }

    private LaneThread Of(DiskLane lane) => lane == DiskLane.Log ? _log : _bulk;
}
