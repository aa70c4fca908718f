using System.Runtime.InteropServices;
using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// What was given out to be written and what of it is durable. Several writes may be under way.
/// </summary>
/// <remarks>
/// A write counts only for entries that nothing overwrote since it was given out. Comparing terms when it completes would
/// not do: entries of term 1 may be overwritten by term 2 and then be written again by a leader that holds those of term 1,
/// and the completion of the first write would speak for bytes that the second is about to overwrite. So truncation
/// shortens what the writes under way stand for.
/// </remarks>
internal sealed class WriteLedger
{
    private readonly List<Write> _underway = [];
    private HardState _given;
    private ulong _issued;
    private bool _restarts;

    /// <summary>Starts with what the disk holds.</summary>
    public WriteLedger(HardState state, LogIndex last)
    {
        _given = DurableState = state;
        Given = Durable = last;
    }

    /// <summary>The last entry that was given out to be written.</summary>
    public LogIndex Given { get; private set; }

    /// <summary>Up to where the log on disk is the log in memory.</summary>
    public LogIndex Durable { get; private set; }

    /// <summary>Term and vote on disk.</summary>
    public HardState DurableState { get; private set; }

    /// <summary>Whether something waits to be given out.</summary>
    public bool HasUnwritten(HardState state, LogIndex last) => _restarts || last > Given || state != _given;

    /// <summary>The write that makes all of the present durable: perhaps one not yet given out; null when all is durable.</summary>
    public PersistToken? Covering(HardState state, LogIndex last)
    {
        if (HasUnwritten(state, last))
        {
            return new PersistToken(_issued + 1);
        }

        return _underway.Count > 0 ? new PersistToken(_issued) : null;
    }

    /// <summary>Gives out one write of all that is unwritten.</summary>
    public void Give(HardState state, RaftLog log, Ready ready)
    {
        if (!HasUnwritten(state, log.Last.Index))
        {
            return;
        }

        ready.Token = new PersistToken(++_issued);
        ready.HardState = state != _given ? state : null;
        ready.Entries = log.Slice(Given.Next, log.Last.Index, int.MaxValue, out _);
        _given = state;
        Given = log.Last.Index;
        _restarts = false;
        _underway.Add(new Write(_issued, Given, state));
    }

    /// <summary>The write named and all before it are durable.</summary>
    public void Complete(PersistToken token)
    {
        Invariant.Require(token.Value <= _issued, "only a write that was given out becomes durable");
        int done = 0;
        foreach (Write write in CollectionsMarshal.AsSpan(_underway))
        {
            if (write.Token > token.Value)
            {
                break;
            }

            Durable = LogIndex.Max(Durable, write.Through);
            DurableState = write.State;
            done++;
        }

        _underway.RemoveRange(0, done);
    }

    /// <summary>Entries from <paramref name="index"/> on are no longer those that were written.</summary>
    public void Truncate(LogIndex index)
    {
        LogIndex last = index.Previous;
        Given = LogIndex.Min(Given, last);
        Durable = LogIndex.Min(Durable, last);
        foreach (ref Write write in CollectionsMarshal.AsSpan(_underway))
        {
            write.Through = LogIndex.Min(write.Through, last);
        }
    }

    /// <summary>The log begins anew after a stored snapshot at <paramref name="index"/>: the next write says so.</summary>
    public void Restart(LogIndex index)
    {
        Truncate(index.Next);
        Given = Durable = index;
        _restarts = true;
    }

    private record struct Write(ulong Token, LogIndex Through, HardState State);
}
