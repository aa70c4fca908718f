using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// The time of the replicas that share it, as their caller tells it. Bring it up to date before anything is told to a replica: what
/// comes counts as having come at this time. Used by the thread that uses the replicas.
/// </summary>
public sealed class RaftClock
{
    /// <summary>
    /// The ticks that were counted. Timers run on them; after a pause, in which nobody could be heard, fewer may be counted than passed.
    /// What is counted after an input though it had passed before shortens a follower's promise to elect nobody else, and so the leases
    /// that may lean on it (<see cref="RaftOptions.LeaseMarginTicks"/>).
    /// </summary>
    public long Ticks { get; private set; }

    /// <summary>Monotonic time in µs from any origin. Leases run on it, and so need it to pass in pauses too.</summary>
    public long Micros { get; private set; }

    /// <summary>Time has passed.</summary>
    /// <param name="ticks">How many ticks of it count; zero or more.</param>
    /// <param name="micros">The time now, not before what it was.</param>
    public void Advance(long ticks, long micros)
    {
        Invariant.Require(ticks >= 0 && micros >= Micros, "time does not go back");
        Ticks += ticks;
        Micros = micros;
    }
}
