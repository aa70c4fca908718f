namespace Holdfast.Runtime.Requests;

/// <summary>
/// Says whether a node is lightly loaded: it works for one client, or a few that take their time, and hardly for anything else. Its host may
/// then look for what comes before it sleeps. An idle node is not lightly loaded.
/// </summary>
internal sealed class LoadGauge
{
    /// <summary>So many requests under way at once may be of one client or two.</summary>
    private const int FewRequests = 2;

    /// <summary>Heartbeats and their answers, from and to each other node, are half as many turns between two samples.</summary>
    private const int IdleTurns = 8;

    /// <summary>A load shows in some samples and in others not: a crowd is remembered for half a second.</summary>
    private const int CrowdedSamples = 10;

    private long _turns;
    private long _moved;
    private int _crowded;

    /// <summary>The word of the last sample.</summary>
    public bool IsLight { get; private set; }

    /// <summary>So many entries were appended, or sessions answered, in this turn of the engine.</summary>
    public void Move(int count) => _moved += count;

    /// <summary>The engine's turn is over.</summary>
    public void EndTurn() => _turns++;

    /// <summary>
    /// Each 50 ms: so many requests are under way, as the node knows, and it has so many peers. A follower doesn't know of requests, and some
    /// are answered at once: of many at a time several share a turn.
    /// </summary>
    public void Sample(int requests, int peers)
    {
        bool isCrowded = requests > FewRequests || _moved > _turns;
        _crowded = isCrowded ? CrowdedSamples : Math.Max(0, _crowded - 1);
        IsLight = _crowded == 0 && _turns > IdleTurns * (peers + 1);
        _turns = 0;
        _moved = 0;
    }
}
