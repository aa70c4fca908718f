using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// Writes the records of one state as they were when the walk began, in bounded steps, while the state goes on changing: a change to
/// a record not yet visited hands the old one to the walk, which writes it first.
/// </summary>
/// <remarks>
/// The old records held back are at most the state at the beginning, each once. A record changed since the beginning is told by its
/// revision, so the walk needs no list of what it wrote.
/// </remarks>
internal sealed class StateWalk
{
    // What it costs, in bytes of a step's budget, to pass over a record that is too new.
    private const int CostOfSkipping = 32;

    private readonly HashRun _run = new();
    private readonly RecordQueue _pending;
    private readonly byte _kind;

    // Records in orders below the frontier were visited. The one being written is the state's, until a change hands it over.
    private ulong _frontier;
    private bool _allVisited;
    private Record _current;
    private bool _currentIsOurs;
    private long _written;

    /// <summary>A walk over a state whose records have revisions up to <paramref name="revision"/>, written as items of a kind.</summary>
    public StateWalk(KeyspaceState state, Revision revision, byte kind)
    {
        State = state;
        Beginning = SnapshotSums.Of(state, revision);
        _pending = new RecordQueue(state.Heap);
        _kind = kind;
    }

    public KeyspaceState State { get; }

    /// <summary>The state's revision and sums at the beginning.</summary>
    public SnapshotSums Beginning { get; }

    /// <summary>The bytes of records held only because they wait to be written.</summary>
    public long PendingBytes => _pending.Bytes;

    /// <summary>Whether the state is no longer the keyspace's, after a flush.</summary>
    public bool IsDetached { get; private set; }

    /// <summary>Writes until the budget is used up; returns whether all is written.</summary>
    public bool Step(ref long budget, ref SnapshotWriter writer, IBufferWriter<byte> output)
    {
        // Nothing changes within a step, so the index is sought once.
        _run.Seek(State.Hashes, _frontier);
        while (budget > 0)
        {
            if (!_current.IsNone)
            {
                budget -= WriteCurrent(budget, ref writer, output);
            }
            else if (_pending.TryDequeue(out Record pending))
            {
                (_current, _currentIsOurs) = (pending, true);
            }
            else if (_allVisited)
            {
                Invariant.Require(_written == Beginning.Count, "a snapshot holds each record of its beginning once");
                return true;
            }
            else
            {
                budget -= VisitNext();
            }
        }

        return false;
    }

    /// <summary>Called before a record changes or goes: takes it over if it still has to be written. Then its owner leaves it alone.</summary>
    public bool TryTake(KeyPlace place, Record record)
    {
        if (IsDetached || !IsOfBeginning(record))
        {
            return false;
        }

        if (record.Equals(_current))
        {
            return _currentIsOurs = true;
        }

        if (_allVisited || place.Order < _frontier)
        {
            return false;
        }

        _pending.Enqueue(record);
        return true;
    }

    /// <summary>Called when a flush empties the keyspace: the walk keeps the old state for itself.</summary>
    public void Detach() => IsDetached = true;

    /// <summary>Ends the walk where it is; what it held back waits in the state to be freed.</summary>
    public void GiveUp()
    {
        if (_currentIsOurs)
        {
            _pending.Enqueue(_current);
        }

        if (!IsDetached)
        {
            State.Abandoned.Enqueue(_pending);
        }
    }

    private int WriteCurrent(long budget, ref SnapshotWriter writer, IBufferWriter<byte> output)
    {
        int written = writer.Write(_kind, _current, budget, output, out bool finished);
        if (finished)
        {
            if (_currentIsOurs)
            {
                State.Records.Free(_current);
            }

            (_current, _currentIsOurs) = (Record.None, false);
            _written++;
        }

        return written;
    }

    // Moves the frontier over the next record and makes it the current one, unless it is too new. Returns the cost.
    private int VisitNext()
    {
        if (!_run.TryNext(out PlacedRecord placed))
        {
            _allVisited = true;
            return 0;
        }

        // Records of one order can't be told apart by the frontier, so all but the first are visited by copying them.
        while (_run.TryNextAt(placed.Order, out PlacedRecord other))
        {
            if (IsOfBeginning(other.Record))
            {
                _pending.Enqueue(State.Records.Clone(other.Record));
            }
        }

        _allVisited = placed.Order == ulong.MaxValue;
        _frontier = placed.Order + 1;
        if (!IsOfBeginning(placed.Record))
        {
            return CostOfSkipping;
        }

        _current = placed.Record;
        return 0;
    }

    private bool IsOfBeginning(Record record) => record.Revision <= Beginning.Revision;
}
