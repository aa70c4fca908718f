using Holdfast.Primitives;

namespace Holdfast.Runtime.Time;

/// <summary>
/// What time it is, as most nodes see it: the median of the nodes' wall clocks, carried forward by this node's monotonic clock. A single
/// clock that is wrong, or jumps, moves nothing. When the median itself moves away from the monotonic time, this clock goes a tenth faster or
/// slower until they meet, so that no deadline passes in a moment because somebody set the clocks (DESIGN: Time).
/// </summary>
internal sealed class ClusterClock
{
    /// <summary>What the clocks of healthy nodes and the delay of a report may make up.</summary>
    private const long ToleranceMs = 1_000;

    private const long FreshMicros = 10_000_000;
    private const long SlewDivisor = 10;

    private readonly SortedDictionary<NodeId, (long OffsetMs, long AtMicros)> _heard = [];
    private readonly List<long> _offsets = [];
    private long? _ownOffsetMs;
    private long _offsetMs;
    private long _nowMicros;
    private long _slewRest;
    private bool _isSettled;

    /// <summary>How many other nodes there are: until most have been heard, the median may be anything, and is followed at once.</summary>
    public int Others { get; set; }

    /// <summary>The time in ms since the Unix epoch; zero until this node's own clock was told.</summary>
    public ulong UnixMs => _ownOffsetMs is null ? 0 : (ulong)Math.Max(0, (_nowMicros / 1_000) + _offsetMs);

    /// <summary>What this node's own clock says, in ms since the Unix epoch; zero until it was told.</summary>
    public long OwnMs => _ownOffsetMs is { } offset ? (_nowMicros / 1_000) + offset : 0;

    /// <summary>By how much this node's own clock differs from the median, in ms: positive when it is ahead.</summary>
    public long SkewMs { get; private set; }

    /// <summary>Whether the time is far from the median, which somebody must have moved.</summary>
    public bool IsSlewing { get; private set; }

    /// <summary>Another node said what time it has.</summary>
    public void Heard(NodeId node, long unixMs) => _heard[node] = (unixMs - (_nowMicros / 1_000), _nowMicros);

    /// <summary>Time has passed.</summary>
    /// <param name="nowMicros">The monotonic time.</param>
    /// <param name="unixMs">What this node's own wall clock says.</param>
    public void Advance(long nowMicros, long unixMs)
    {
        long elapsedMicros = Math.Max(0, nowMicros - _nowMicros);
        _nowMicros = nowMicros;
        bool isFirst = _ownOffsetMs is null;
        _ownOffsetMs = unixMs - (nowMicros / 1_000);
        long median = Median(_ownOffsetMs.Value);
        SkewMs = _ownOffsetMs.Value - median;
        long apart = median - _offsetMs;
        IsSlewing = _isSettled && Math.Abs(apart) > ToleranceMs;
        if (isFirst || !IsSlewing)
        {
            _offsetMs = median;
            _isSettled |= _offsets.Count * 2 > Others + 1;
            _slewRest = 0;
            return;
        }

        _slewRest += elapsedMicros;
        long step = _slewRest / (SlewDivisor * 1_000);
        _slewRest -= step * SlewDivisor * 1_000;
        _offsetMs += Math.Sign(apart) * Math.Min(step, Math.Abs(apart));
    }

    /// <summary>Of an even number the earlier one: a key may live longer than promised, never shorter.</summary>
    private long Median(long own)
    {
        _offsets.Clear();
        _offsets.Add(own);
        foreach ((long offset, long at) in _heard.Values)
        {
            if (_nowMicros - at <= FreshMicros)
            {
                _offsets.Add(offset);
            }
        }

        _offsets.Sort();
        return _offsets[(_offsets.Count - 1) / 2];
    }
}
