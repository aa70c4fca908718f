using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// Writes a keyspace as it was when the walk began, in bounded steps, while the keyspace goes on changing: a change to a key not
/// yet visited hands the old record to the walk, which writes it first. Same thread as its keyspace.
/// </summary>
/// <remarks>
/// The old records held back are at most the state at the beginning, each once. To bound them further the owner compares
/// <see cref="PendingBytes"/> with its limit after each change, and steps the walk before it applies more.
/// A record changed since the beginning is told by its revision, so the walk needs no list of what it wrote.
/// </remarks>
public sealed class SnapshotWalk : IDisposable
{
    // What it costs, in bytes of a step's budget, to pass over a record that is too new.
    private const int CostOfSkipping = 32;

    private readonly Keyspace _owner;
    private readonly KeyspaceState _state;
    private readonly SnapshotHeader _header;
    private readonly HashRun _run = new();
    private readonly RecordQueue _pending;
    private SnapshotWriter _writer;

    // Records in orders below the frontier were visited. The one being written is the keyspace's, until a change hands it over.
    private ulong _frontier;
    private bool _allVisited;
    private Record _current;
    private bool _currentIsOurs;
    private bool _ended;

    internal SnapshotWalk(Keyspace owner, KeyspaceState state, ulong hashSeed, Revision revision, ulong timeMs)
    {
        _owner = owner;
        _state = state;
        _pending = new RecordQueue(state.Heap);
        _header = new SnapshotHeader(hashSeed, revision, state.Count, state.LogicalBytes, state.Checksum, timeMs);
    }

    /// <summary>The revision that the snapshot shows.</summary>
    public Revision Revision => _header.Revision;

    /// <summary>The number of keys that the snapshot holds.</summary>
    public long Count => _header.Count;

    /// <summary>The bytes of records held only because they wait to be written.</summary>
    public long PendingBytes => _pending.Bytes;

    /// <summary>Whether the footer was written.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Whether the state that is walked is no longer the keyspace's, after a flush.</summary>
    internal bool IsDetached { get; private set; }

    /// <summary>The bytes of memory that are the walk's alone.</summary>
    internal long DetachedBytes => IsDetached ? _state.Heap.Bytes : 0;

    /// <summary>
    /// Writes at most <paramref name="maxBytes"/> more and what is needed to make progress, the size of a key; returns whether the
    /// snapshot is complete.
    /// </summary>
    public bool Step(int maxBytes, IBufferWriter<byte> output)
    {
        Invariant.Require(!_ended || IsDone, "a disposed walk takes no more steps");
        Invariant.Require(maxBytes > 0, "a step may write something");
        long budget = maxBytes;
        if (!IsDone && !_writer.HasBegun)
        {
            budget -= _writer.WriteHeader(_header, output);
        }

        // Nothing changes within a step, so the index is sought once.
        _run.Seek(_state.Hashes, _frontier);
        while (!IsDone && budget > 0)
        {
            if (!_current.IsNone)
            {
                budget -= WriteCurrent(budget, output);
            }
            else if (_pending.TryDequeue(out Record pending))
            {
                (_current, _currentIsOurs) = (pending, true);
            }
            else if (_allVisited)
            {
                Finish(output);
            }
            else
            {
                budget -= VisitNext();
            }
        }

        return IsDone;
    }

    /// <summary>Ends the walk, finished or not; what it held back is freed by <see cref="Keyspace.Reclaim"/>.</summary>
    public void Dispose()
    {
        if (_ended)
        {
            return;
        }

        if (_currentIsOurs)
        {
            _pending.Enqueue(_current);
        }

        if (!IsDetached)
        {
            _state.Abandoned.Enqueue(_pending);
        }

        End();
    }

    /// <summary>
    /// Called before a record changes or goes: takes it over if it still has to be written. Then the keyspace leaves it alone.
    /// </summary>
    internal bool TryTake(KeyPlace place, Record record)
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
    internal void Detach() => IsDetached = true;

    private int WriteCurrent(long budget, IBufferWriter<byte> output)
    {
        int written = _writer.Write(_current, budget, output, out bool finished);
        if (finished)
        {
            if (_currentIsOurs)
            {
                _state.Records.Free(_current);
            }

            (_current, _currentIsOurs) = (Record.None, false);
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
                _pending.Enqueue(_state.Records.Clone(other.Record));
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

    private bool IsOfBeginning(Record record) => record.Revision <= _header.Revision;

    private void Finish(IBufferWriter<byte> output)
    {
        _writer.WriteFooter(output);
        Invariant.Require(_writer.Records == _header.Count, "a snapshot holds each key of its beginning once");
        IsDone = true;
        End();
    }

    private void End()
    {
        _ended = true;
        _owner.EndWalk(this, _state);
    }
}
