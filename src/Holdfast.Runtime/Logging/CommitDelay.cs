using Holdfast.Primitives;

namespace Holdfast.Runtime.Logging;

/// <summary>
/// Says how long the log waits for company before its next batch goes to the disk. A sync costs more processor time than anything
/// else that a write needs, and who was just answered mostly writes again at once: where many write, the next batch waits a little
/// for them. Few are never kept waiting, nor a batch that is large already. (PostgreSQL: commit_delay, commit_siblings.)
/// </summary>
/// <param name="maxMicros">The longest wait in µs; zero is never. It is also never more than half a sync.</param>
internal sealed class CommitDelay(long maxMicros)
{
    /// <summary>Batches of fewer entries than these come of too few writers for a wait to pay.</summary>
    private const int FewEntries = 8;

    /// <summary>A batch of so many entries goes at once: its sync is shared well.</summary>
    private const int ManyEntries = 64;

    private int _pending;
    private int _inBatch;
    private bool _isSyncing;
    private long _submittedMicros;
    private long _completedMicros;
    private double _entriesOfBatch;
    private double _syncMicros;

    /// <summary>When the wait is over; <see cref="long.MaxValue"/> when nothing waits.</summary>
    public long UntilMicros { get; private set; } = long.MaxValue;

    /// <summary>So many entries were appended for the next batch.</summary>
    public void Add(int entries) => _pending += entries;

    /// <summary>Whether the next batch is to wait at this time, in µs.</summary>
    public bool Holds(long nowMicros)
    {
        bool waits = !_isSyncing && _pending > 0 && _pending < ManyEntries && _entriesOfBatch >= FewEntries;
        long until = _completedMicros + Math.Min(maxMicros, (long)(_syncMicros / 2));
        UntilMicros = waits && nowMicros < until ? until : long.MaxValue;
        return UntilMicros != long.MaxValue;
    }

    /// <summary>The batch went to the disk.</summary>
    public void Submitted(long nowMicros)
    {
        Invariant.Require(!_isSyncing, "one batch is on its way at a time");
        _isSyncing = true;
        _submittedMicros = nowMicros;
        _inBatch = _pending;
        _pending = 0;
        UntilMicros = long.MaxValue;
    }

    /// <summary>The batch came back.</summary>
    public void Completed(long nowMicros)
    {
        _isSyncing = false;
        _completedMicros = nowMicros;
        _entriesOfBatch += (_inBatch - _entriesOfBatch) / 4;
        _syncMicros += (nowMicros - _submittedMicros - _syncMicros) / 8;
    }
}
