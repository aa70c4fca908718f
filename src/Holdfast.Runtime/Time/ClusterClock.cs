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

    /// <summary>How long a node that starts waits for the last clocks once it has heard most, in case one of those is wrong.</summary>
    private const long GraceMicros = 2_000_000;

    // Read in each iteration, in any order: only their median counts.
    private readonly Dictionary<NodeId, Told> _told = [];
    private readonly List<long> _offsets = [];
    private long? _ownOffsetMs;
    private long _offsetMs;
    private long _nowMicros;
    private long _slewRest;
    private long _stampedMs;
    private long? _heardMostMicros;

    /// <summary>How many other nodes there are; null until the node knows its cluster.</summary>
    public int? Others { get; set; }

    /// <summary>Plants a bug for the simulator's checkers to find: the time is what this node's own clock says.</summary>
    public bool ObeysOwn { get; init; }

    /// <summary>
    /// Whether this node knows the time of the cluster. Until then it is anything that this node's own clock says, and nothing is
    /// stamped with it.
    /// </summary>
    public bool IsSettled { get; private set; }

    /// <summary>The time in ms since the Unix epoch; zero until this node's own clock was told.</summary>
    public ulong UnixMs => _ownOffsetMs is null ? 0 : (ulong)Math.Max(0, At(_offsetMs));

    /// <summary>What this node's own clock says, in ms since the Unix epoch; zero until it was told.</summary>
    public long OwnMs => _ownOffsetMs is { } offset ? At(offset) : 0;

    /// <summary>By how much this node's own clock differs from the median, in ms: positive when it is ahead.</summary>
    public long SkewMs { get; private set; }

    /// <summary>Whether the time is far from the median, which somebody must have moved.</summary>
    public bool IsSlewing { get; private set; }

    /// <summary>Another node said what time it has.</summary>
    /// <param name="node">The node.</param>
    /// <param name="unixMs">What its wall clock says.</param>
    /// <param name="clusterMs">Its time of the cluster; zero while it does not know.</param>
    public void Heard(NodeId node, long unixMs, long clusterMs)
    {
        if (_ownOffsetMs is null)
        {
            // There is no time yet to put it down at.
            return;
        }

        long nowMs = _nowMicros / 1_000;
        _told[node] = new Told(unixMs - nowMs, clusterMs == 0 ? null : clusterMs - nowMs, _nowMicros);
    }

    /// <summary>A group has been stamped with a time, in ms since the Unix epoch: it was that late already for some leader.</summary>
    public void Stamped(ulong unixMs) => _stampedMs = Math.Max(_stampedMs, (long)Math.Min(unixMs, long.MaxValue));

    /// <summary>Time has passed.</summary>
    /// <param name="nowMicros">The monotonic time.</param>
    /// <param name="unixMs">What this node's own wall clock says.</param>
    public void Advance(long nowMicros, long unixMs)
    {
        long elapsedMicros = Math.Max(0, nowMicros - _nowMicros);
        _nowMicros = nowMicros;
        _ownOffsetMs = unixMs - (nowMicros / 1_000);
        Gather(static told => told.OffsetMs, _ownOffsetMs.Value);
        int heard = _offsets.Count;
        long median = Median();
        SkewMs = _ownOffsetMs.Value - median;
        if (ObeysOwn)
        {
            _offsetMs = _ownOffsetMs.Value;
            IsSettled = true;
            return;
        }

        bool isOfMost = heard * 2 > Others + 1;
        if (!IsSettled)
        {
            _offsetMs = median;
            Settle(isOfMost, isOfAll: heard == Others + 1);
        }
        else if (isOfMost)
        {
            Follow(median, elapsedMicros);
        }
        else
        {
            // The few that are heard know no better than this node did when it heard the others, too.
            IsSlewing = false;
        }
    }

    /// <summary>A node that starts takes over the time of those that run, so that the time of the cluster goes on.</summary>
    private void Settle(bool isOfMost, bool isOfAll)
    {
        if (!isOfMost)
        {
            _heardMostMicros = null;
            return;
        }

        _heardMostMicros ??= _nowMicros;
        Gather(static told => told.ClusterOffsetMs, own: null);
        if (_offsets.Count > 0)
        {
            _offsetMs = Median();
            IsSettled = true;
        }

        IsSettled |= isOfAll || _nowMicros - _heardMostMicros >= GraceMicros;
    }

    private void Follow(long median, long elapsedMicros)
    {
        if (median > _offsetMs && _stampedMs > At(_offsetMs))
        {
            // Most clocks and a leader's stamp agree that it is later: until then no deadline passes, however slowly the time gets there.
            _offsetMs += Math.Min(median - _offsetMs, _stampedMs - At(_offsetMs));
        }

        long apart = median - _offsetMs;
        IsSlewing = Math.Abs(apart) > ToleranceMs;
        if (!IsSlewing)
        {
            _offsetMs = median;
            _slewRest = 0;
            return;
        }

        _slewRest += elapsedMicros;
        long step = _slewRest / (SlewDivisor * 1_000);
        _slewRest -= step * SlewDivisor * 1_000;
        _offsetMs += Math.Sign(apart) * Math.Min(step, Math.Abs(apart));
    }

    private void Gather(Func<Told, long?> offsetOf, long? own)
    {
        _offsets.Clear();
        if (own is { } offset)
        {
            _offsets.Add(offset);
        }

        foreach (Told told in _told.Values)
        {
            if (_nowMicros - told.AtMicros <= FreshMicros && offsetOf(told) is { } other)
            {
                _offsets.Add(other);
            }
        }
    }

    /// <summary>Of an even number the earlier one: a key may live longer than promised, never shorter.</summary>
    private long Median()
    {
        _offsets.Sort();
        return _offsets[(_offsets.Count - 1) / 2];
    }

    private long At(long offsetMs) => (_nowMicros / 1_000) + offsetMs;

    /// <summary>What another node last said.</summary>
    private readonly record struct Told(long OffsetMs, long? ClusterOffsetMs, long AtMicros);
}
