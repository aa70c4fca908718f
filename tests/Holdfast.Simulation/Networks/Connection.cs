namespace Holdfast.Simulation;

/// <summary>One connection of a lane while it lasts: frames arrive in order, or from some frame on not at all.</summary>
internal sealed class Connection(int to)
{
    private ulong _sent;
    private ulong _arrived;
    private ulong _lostFrom = ulong.MaxValue;

    /// <summary>The host at its other end.</summary>
    public int To => to;

    /// <summary>When the last frame that keeps its order arrives.</summary>
    public long LastArrival { get; set; }

    public ulong NextFrame() => _sent++;

    /// <summary>Whether a frame comes through.</summary>
    public bool Arrives(ulong frame)
    {
        if (frame >= _lostFrom)
        {
            return false;
        }

        _arrived = Math.Max(_arrived, frame + 1);
        return true;
    }

    /// <summary>The connection ends; of the frames under way a suffix is lost, which <paramref name="random"/> draws.</summary>
    public void Break(Primitives.SeededRandom random)
    {
        ulong underWay = _sent - Math.Min(_sent, _arrived);
        _lostFrom = _arrived + (underWay == 0 ? 0 : (ulong)random.Next((int)underWay + 1));
    }
}
