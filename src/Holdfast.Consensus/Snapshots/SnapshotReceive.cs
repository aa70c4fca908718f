using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// The snapshot that comes in. It goes on only with bytes of the same snapshot from the same leader in the same term: two
/// leaders may write the same state in different orders.
/// </summary>
internal sealed class SnapshotReceive
{
    private ReplicaId _from;
    private Term _term;
    private ulong _expected;
    private ulong _written;
    private bool _whole;

    /// <summary>The snapshot; null when none comes in.</summary>
    public SnapshotMeta? Meta { get; private set; }

    /// <summary>
    /// Takes a chunk in: a write to make, or the offset wanted instead, or neither while an earlier chunk is being written,
    /// whose completion answers.
    /// </summary>
    public void OnChunk(in Message chunk, out SnapshotWriteRequest? write, out ulong? wanted)
    {
        write = null;
        wanted = null;
        bool same = Meta?.Id == chunk.LogPosition && _from == chunk.From && _term == chunk.Term;
        if (!same && chunk.Offset == 0)
        {
            Begin(chunk);
            same = true;
        }

        if (!same)
        {
            wanted = 0;
        }
        else if (chunk.Offset == _expected && !_whole && _written == _expected)
        {
            write = new SnapshotWriteRequest(Meta!, chunk.Offset, chunk.Data, chunk.Last);
            _expected += (ulong)chunk.Data.Length;
            _whole = chunk.Last;
        }
        else if (_written == _expected && !_whole)
        {
            wanted = _expected;
        }
    }

    /// <summary>The bytes before <paramref name="nextOffset"/> are stored. True when that is news to tell the leader.</summary>
    public bool OnWritten(SnapshotMeta meta, ulong nextOffset)
    {
        if (Meta?.Id != meta.Id || nextOffset != _expected || _written == _expected)
        {
            return false;
        }

        _written = nextOffset;
        return true;
    }

    /// <summary>The bytes of this snapshot are gone: it can only begin again.</summary>
    public void Lose(SnapshotMeta meta)
    {
        if (Meta?.Id == meta.Id)
        {
            Clear();
        }
    }

    /// <summary>Nothing comes in any more.</summary>
    public void Clear() => Meta = null;

    private void Begin(in Message chunk)
    {
        Invariant.Require(chunk.Configuration is not null, "a snapshot chunk carries the configuration");
        Meta = new SnapshotMeta(chunk.LogPosition, chunk.Configuration);
        _from = chunk.From;
        _term = chunk.Term;
        _expected = 0;
        _written = 0;
        _whole = false;
    }
}
