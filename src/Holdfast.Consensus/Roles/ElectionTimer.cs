using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>Runs to an election timeout, drawn anew each time so that votes rarely split (Ongaro §3.4).</summary>
internal struct ElectionTimer
{
    private int _timeout;

    /// <summary>The tick at which the timeout passes.</summary>
    public long Deadline { get; private set; }

    /// <summary>Starts again, with a timeout drawn from the range of the options.</summary>
    public void Restart(long now, RaftOptions options, SeededRandom random)
    {
        _timeout = random.Next(options.ElectionTicksMin, options.ElectionTicksMax + 1);
        Rewind(now);
    }

    /// <summary>Starts again with the same timeout.</summary>
    public void Rewind(long now) => Deadline = now + _timeout;
}
