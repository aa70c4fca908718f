using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>Counts ticks to an election timeout, drawn anew each time so that votes rarely split (Ongaro §3.4).</summary>
internal struct ElectionTimer
{
    private int _elapsed;
    private int _timeout;

    /// <summary>Starts again, with a timeout drawn from the range of the options.</summary>
    public void Restart(RaftOptions options, SeededRandom random)
    {
        _elapsed = 0;
        _timeout = random.Next(options.ElectionTicksMin, options.ElectionTicksMax + 1);
    }

    /// <summary>Starts again with the same timeout.</summary>
    public void Rewind() => _elapsed = 0;

    /// <summary>A tick has passed. True when it was the last.</summary>
    public bool Tick() => ++_elapsed >= _timeout;
}
