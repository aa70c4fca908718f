using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// The leader's linearizable reads (Ongaro §6.4). A read is granted when a quorum answered a round that was sent after the
/// read came. All reads that wait when a round is sent share it; while it is under way, new ones gather for the next. Rounds
/// count up and belong to one term of one leader, so none is ever used twice: a late answer confirms nothing newer.
/// </summary>
internal sealed class ReadRounds(RaftOptions options)
{
    private readonly Queue<Waiting> _waiting = new();
    private readonly Queue<Sent> _underway = new();
    private bool _open;
    private bool _gathering;
    private bool _renew;
    private bool _leaseEnded;
    private LogIndex _floor;
    private long _leaseUntilMicros = long.MinValue;

    /// <summary>The last round sent; 0 before the first.</summary>
    public ulong Round { get; private set; }

    /// <summary>Whether a round should be sent: something waits, and no round is under way.</summary>
    public bool WantsRound => _open && _underway.Count == 0 && (_gathering || _renew);

    /// <summary>Whether reads gather for a round that was not sent.</summary>
    public bool IsGathering => _open && _gathering;

    /// <summary>Whether an answer could confirm anything.</summary>
    public bool IsUnderway => _underway.Count > 0;

    /// <summary>The leader committed an entry of its own term: from here on its commit index is not behind (Ongaro §6.4).</summary>
    public void Open(LogIndex commit)
    {
        _open = true;
        _floor = commit;
    }

    /// <summary>Takes a read; grants it at once when a lease holds.</summary>
    public ReadResult Request(ulong context, LogIndex commit, long nowMicros, Ready ready)
    {
        if (LeaseLeft(nowMicros) is long left and > 0)
        {
            ready.GrantList.Add(new ReadGrant(context, commit, left));
            _renew |= left < options.LeaseMicros / 2;
            return ReadResult.Accepted;
        }

        if (options.GrantsReadsWithoutRound && _open)
        {
            ready.GrantList.Add(new ReadGrant(context, commit, LeaseMicros: 0));
            return ReadResult.Accepted;
        }

        _waiting.Enqueue(new Waiting(context, commit, Round + 1));
        _gathering = true;
        return _open ? ReadResult.Accepted : ReadResult.NotYet;
    }

    /// <summary>A new round is sent now, for all reads that gathered.</summary>
    public void Start(long nowMicros)
    {
        _underway.Enqueue(new Sent(++Round, nowMicros));
        _gathering = false;
        _renew = false;
    }

    /// <summary>A quorum answered <paramref name="round"/>, or a later one.</summary>
    public void Confirm(ulong round, Ready ready)
    {
        Invariant.Require(round <= Round, "only a round that was sent is answered");
        while (_underway.TryPeek(out Sent sent) && sent.Round <= round)
        {
            _underway.Dequeue();
            _leaseUntilMicros = sent.Micros + options.LeaseMicros;
        }

        while (_waiting.TryPeek(out Waiting read) && read.Round <= round)
        {
            _waiting.Dequeue();
            ready.GrantList.Add(new ReadGrant(read.Context, LogIndex.Max(read.Index, _floor), 0));
        }
    }

    /// <summary>
    /// No lease counts any more in this term: an election that ignores it was asked for, and the request may arrive late.
    /// </summary>
    public void EndLease() => _leaseEnded = true;

    /// <summary>Rejects all that waits.</summary>
    public void RejectAll(Ready ready)
    {
        while (_waiting.TryDequeue(out Waiting read))
        {
            ready.RejectedList.Add(read.Context);
        }
    }

    private long LeaseLeft(long nowMicros) =>
        options.LeaseReads && _open && !_leaseEnded && _leaseUntilMicros > nowMicros ? _leaseUntilMicros - nowMicros : 0;

    private readonly record struct Waiting(ulong Context, LogIndex Index, ulong Round);

    private readonly record struct Sent(ulong Round, long Micros);
}
