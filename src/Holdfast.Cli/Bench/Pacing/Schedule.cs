namespace Holdfast.Cli.Bench.Pacing;

/// <summary>When operations start; all lanes take their turns from it. Thread-safe.</summary>
internal abstract class Schedule
{
    /// <summary>When measuring begins: what starts earlier is warm-up.</summary>
    public abstract long MeasureFromNs { get; }

    /// <summary>The operations that were due and never given out.</summary>
    public virtual IEnumerable<long> UnsentNs => [];

    /// <summary>The next turn; false when there is none.</summary>
    /// <param name="startNs">When it is to start, from which its latency counts; may be past.</param>
    public abstract bool TryNext(out long startNs);

    /// <summary>Gives out no more turns.</summary>
    public abstract void Stop();

    /// <summary>Whether it was stopped; a turn that was given out and has not started is then void.</summary>
    public abstract bool IsStopped { get; }
}

/// <summary>How long to go on.</summary>
/// <param name="BeginNs">When the warm-up begins.</param>
/// <param name="WarmupNs">How long it takes.</param>
/// <param name="DurationNs">How long to measure; null is without end.</param>
/// <param name="Operations">How many operations to measure; null is without end.</param>
internal readonly record struct Extent(long BeginNs, long WarmupNs, long? DurationNs, long? Operations)
{
    public long MeasureFromNs => BeginNs + WarmupNs;

    public long EndNs => DurationNs is { } duration ? MeasureFromNs + duration : long.MaxValue;
}

/// <summary>Each lane starts the next operation when its last one is over.</summary>
internal sealed class ClosedLoop(IBenchClock clock, Extent extent) : Schedule
{
    private long _measured;
    private volatile bool _stopped;

    /// <inheritdoc/>
    public override long MeasureFromNs => extent.MeasureFromNs;

    /// <inheritdoc/>
    public override bool TryNext(out long startNs)
    {
        startNs = clock.NowNs;
        bool over = _stopped || startNs >= extent.EndNs;
        return !over && (extent.Operations is not { } most || startNs < MeasureFromNs || Interlocked.Increment(ref _measured) <= most);
    }

    /// <inheritdoc/>
    public override bool IsStopped => _stopped;

    /// <inheritdoc/>
    public override void Stop() => _stopped = true;
}

/// <summary>
/// Operations start at a constant rate, whether or not earlier ones are over. What can't be sent in time because every lane waits for
/// an answer keeps its intended start: a stall is charged to all operations that should have started in it.
/// </summary>
/// <param name="clock">Time.</param>
/// <param name="extent">How long.</param>
/// <param name="rate">Operations a second.</param>
/// <param name="graceNs">How long after the end late operations are still sent.</param>
internal sealed class OpenLoop(IBenchClock clock, Extent extent, double rate, long graceNs) : Schedule
{
    private readonly long _firstMeasured = (long)Math.Ceiling(extent.WarmupNs * rate / 1e9);
    private long _next;
    private long _stoppedNs = long.MaxValue;

    /// <inheritdoc/>
    public override long MeasureFromNs => extent.MeasureFromNs;

    /// <inheritdoc/>
    public override IEnumerable<long> UnsentNs
    {
        get
        {
            long dueByNs = Math.Min(clock.NowNs, Volatile.Read(ref _stoppedNs));
            for (long turn = Volatile.Read(ref _next); Exists(turn) && StartOf(turn) < dueByNs; turn++)
            {
                yield return StartOf(turn);
            }
        }
    }

    /// <inheritdoc/>
    public override bool TryNext(out long startNs)
    {
        while (true)
        {
            long turn = Volatile.Read(ref _next);
            startNs = StartOf(turn);
            long nowNs = clock.NowNs;
            bool tooLate = nowNs >= Volatile.Read(ref _stoppedNs) || (nowNs > extent.EndNs && nowNs - extent.EndNs > graceNs);
            if (tooLate || !Exists(turn))
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _next, turn + 1, turn) == turn)
            {
                return true;
            }
        }
    }

    /// <inheritdoc/>
    public override bool IsStopped => Volatile.Read(ref _stoppedNs) != long.MaxValue;

    /// <inheritdoc/>
    public override void Stop() => Volatile.Write(ref _stoppedNs, clock.NowNs);

    private long StartOf(long turn) => extent.BeginNs + (long)(turn * (1e9 / rate));

    private bool Exists(long turn) =>
        StartOf(turn) < extent.EndNs && (extent.Operations is not { } most || turn - _firstMeasured < most);
}
