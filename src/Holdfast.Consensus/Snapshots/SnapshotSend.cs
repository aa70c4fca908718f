using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// One snapshot on its way to one follower, chunk by chunk: the next is read when the follower has stored the one before. It
/// goes on where it stopped when the connection or a chunk was lost.
/// </summary>
internal sealed class SnapshotSend(ReplicaId to, int chunkBytes, int retryTicks)
{
    private Phase _phase;
    private long _since;
    private ulong _chunkEnd;
    private bool _chunkIsLast;

    private enum Phase
    {
        /// <summary>A chunk is to be read.</summary>
        Wanted,

        /// <summary>It was asked for.</summary>
        Reading,

        /// <summary>It was sent.</summary>
        Sent,

        /// <summary>There is no snapshot now.</summary>
        Unavailable,
    }

    /// <summary>The first byte that the follower was not known to have when the last chunk was asked for.</summary>
    public ulong Offset { get; private set; }

    /// <summary>The snapshot; null until the first chunk was read.</summary>
    public SnapshotMeta? Meta { get; private set; }

    /// <summary>The bytes to ask for now, if any.</summary>
    public SnapshotReadRequest? TakeRequest()
    {
        if (_phase != Phase.Wanted)
        {
            return null;
        }

        _phase = Phase.Reading;
        return new SnapshotReadRequest(to, Meta, Offset, chunkBytes);
    }

    /// <summary>The bytes asked for are here. False when they are not those, and nothing is to be sent.</summary>
    public bool OnRead(SnapshotMeta meta, ulong offset, int length, bool last, long now)
    {
        if (_phase != Phase.Reading || offset != Offset || (Meta is not null && Meta.Id != meta.Id))
        {
            return false;
        }

        Invariant.Require(length > 0 || last, "a chunk that is not the last has bytes");
        Meta = meta;
        _phase = Phase.Sent;
        _since = now;
        _chunkEnd = offset + (ulong)length;
        _chunkIsLast = last;
        return true;
    }

    /// <summary>There is no such snapshot now; the latest is asked for later.</summary>
    public void OnUnavailable(long now)
    {
        _phase = Phase.Unavailable;
        _since = now;
        Meta = null;
        Offset = 0;
    }

    /// <summary>The follower is at <paramref name="match"/>, so a snapshot that reaches no further is of no use: the latest is.</summary>
    public void Overtaken(LogIndex match)
    {
        if (Meta is not null && Meta.Id.Index <= match)
        {
            _phase = Phase.Wanted;
            Meta = null;
            Offset = 0;
        }
    }

    /// <summary>The follower wants the byte at <paramref name="wanted"/> next.</summary>
    public void OnResponse(EntryId snapshot, ulong wanted, long now)
    {
        if (_phase != Phase.Sent || Meta?.Id != snapshot || wanted > _chunkEnd)
        {
            return;
        }

        if (_chunkIsLast && wanted == _chunkEnd)
        {
            // It has all; that it took the snapshot over is told by an append response.
            _since = now;
            return;
        }

        Offset = wanted;
        _phase = Phase.Wanted;
    }

    /// <summary>Tries again what got no answer for long, unless the follower is silent altogether.</summary>
    public void OnHeartbeat(long now, bool active)
    {
        if (active && _phase is Phase.Sent or Phase.Unavailable && now - _since >= retryTicks)
        {
            _phase = Phase.Wanted;
        }
    }
}
