using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// Writes a keyspace as it was when the walk began, its history and sessions first, in bounded steps, while the keyspace goes on changing. Same thread
/// as its keyspace.
/// </summary>
/// <remarks>
/// Old records held back are at most the state at the beginning, each once; so are changes that the history lets go meanwhile. To
/// bound the records further the owner compares <see cref="PendingBytes"/> with its limit after each change, and steps the walk before
/// it applies more.
/// </remarks>
public sealed class SnapshotWalk : IDisposable
{
    private readonly Keyspace _owner;
    private readonly StateWalk _sessions;
    private readonly StateWalk _keys;
    private readonly HistoryWalk _history;
    private readonly SnapshotHeader _header;
    private SnapshotWriter _writer;
    private bool _historyWritten;
    private bool _sessionsWritten;
    private bool _ended;

    internal SnapshotWalk(Keyspace owner, StateWalk keys, StateWalk sessions, HistoryWalk history, ulong hashSeed, ulong timeMs)
    {
        _owner = owner;
        _history = history;
        _keys = keys;
        _sessions = sessions;
        _header = new SnapshotHeader(hashSeed, keys.Beginning, timeMs);
    }

    /// <summary>The revision that the snapshot shows.</summary>
    public Revision Revision => _header.Keys.Revision;

    /// <summary>The number of keys that the snapshot holds.</summary>
    public long Count => _header.Keys.Count;

    /// <summary>The bytes of records held only because they wait to be written.</summary>
    public long PendingBytes => _keys.PendingBytes + _sessions.PendingBytes;

    /// <summary>Whether the footer was written.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The walk over the keys, which a flush detaches from the keyspace.</summary>
    internal StateWalk Keys => _keys;

    /// <summary>The bytes of memory that are the walk's alone.</summary>
    internal long DetachedBytes => _keys.IsDetached ? _keys.State.Heap.Bytes : 0;

    /// <summary>
    /// Writes at most <paramref name="maxBytes"/> more and what is needed to make progress, the size of a key; returns whether the
    /// snapshot is complete.
    /// </summary>
    public bool Step(int maxBytes, IBufferWriter<byte> output)
    {
        Invariant.Require(!_ended || IsDone, "a disposed walk takes no more steps");
        Invariant.Require(maxBytes > 0, "a step may write something");
        if (IsDone)
        {
            return true;
        }

        long budget = maxBytes;
        if (!_writer.HasBegun)
        {
            budget -= _writer.WriteHeader(_header, output);
            budget -= _writer.WriteHistoryHead(_history.Beginning, output);
            budget -= _writer.WriteSessionsHead(_sessions.Beginning, output);
        }

        _historyWritten = _historyWritten || _history.Step(ref budget, ref _writer, output);
        _sessionsWritten = _historyWritten && (_sessionsWritten || _sessions.Step(ref budget, ref _writer, output));
        if (_sessionsWritten && _keys.Step(ref budget, ref _writer, output))
        {
            _writer.WriteFooter(_header.Keys.Count, output);
            IsDone = true;
            End();
        }

        return IsDone;
    }

    /// <summary>Ends the walk, finished or not; what it held back is freed by <see cref="Keyspace.Reclaim"/>.</summary>
    public void Dispose()
    {
        if (!_ended)
        {
            _keys.GiveUp();
            _sessions.GiveUp();
            End();
        }
    }

    private void End()
    {
        _ended = true;
        _owner.EndWalk(this, _keys.State);
    }
}
