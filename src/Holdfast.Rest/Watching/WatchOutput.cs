using System.Buffers;
using System.IO.Pipelines;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Rest.Watching;

/// <summary>
/// What one watcher's client gets, and up to where it was told: its positions only ever rise, and so do the ids that it sees. Events of the
/// feed bring the feed's ids; those are used once the feed has passed all that the watcher was told, and until then, as in the history, the watcher makes its
/// own. Used by one caller at a time.
/// </summary>
internal sealed class WatchOutput(PipeWriter writer, WatchOrigin origin, Revision[] positions, WatchMetrics metrics, TimeProvider clock)
{
    private const int FlushBytes = 32 * 1024;
    private const int ChangesPerProgress = 1000;
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromSeconds(1);

    private readonly bool _everyEventHasId = WatchOrigin.EveryEventHasId(positions.Length);
    private bool _isAtTail;
    private int _changesSinceProgress;
    private long _lastProgress;

    /// <summary>Up to where the client was told everything.</summary>
    public ReadOnlySpan<Revision> Positions => positions;

    /// <summary>Whether the client has not taken yet what it was sent.</summary>
    public bool IsFlushing { get; private set; }

    /// <summary>Uses ids of its own until the feed's are ahead of what was told.</summary>
    public void LeaveTail() => _isAtTail = false;

    /// <summary>Writes an event of the feed, unless it was told before.</summary>
    public void Write(WatchEvent item)
    {
        if (item.Partition is { } partition)
        {
            WriteOfPartition(item, partition);
        }
        else if (item.Token is { } token)
        {
            MoveTo(token.Positions);
            WriteProgress(_isAtTail ? item.Id : OwnId());
        }
        else
        {
            writer.Write(item.Data.Span);
        }
    }

    /// <summary>Writes a change of the history.</summary>
    public void Write(int partition, in ChangeItem item)
    {
        Invariant.Require(item.Revision > positions[partition], "a page tells changes after the revision that was asked for, in order");
        positions[partition] = item.Revision;
        WriteLines(EventText.NameOf(item.Kind), _everyEventHasId ? OwnId() : default);
        EventText.WriteChange(writer, item, partition);
        CountChange();
    }

    /// <summary>Moves past changes of a partition that do not concern the watcher.</summary>
    public void MoveTo(int partition, Revision revision) =>
        positions[partition] = revision > positions[partition] ? revision : positions[partition];

    /// <summary>Writes a gap and moves to its end. <paramref name="hasId"/>: whether the client may go on from there.</summary>
    public void WriteGap(in Gap gap, bool hasId)
    {
        MoveTo(gap.Partition, gap.To);
        WriteLines(EventText.GapName, hasId && _everyEventHasId ? OwnId() : default);
        EventText.WriteGap(writer, gap);
        metrics.CountGap();
    }

    /// <summary>Tells up to where everything was told.</summary>
    public void WriteProgress() => WriteProgress(OwnId());

    /// <summary>The same, when the last time is long ago.</summary>
    public void WriteProgressIfDue()
    {
        if (clock.GetElapsedTime(_lastProgress) >= ProgressPeriod)
        {
            WriteProgress();
        }
    }

    /// <summary>Sends what was written once it is worth sending, and waits until the client's socket takes more.</summary>
    public ValueTask FlushIfFullAsync(CancellationToken cancellation) =>
        writer.UnflushedBytes >= FlushBytes ? FlushAsync(cancellation) : default;

    /// <summary>Sends what was written, and waits until the client's socket takes more.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        IsFlushing = true;
        await writer.FlushAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        IsFlushing = false;
    }

    private void WriteOfPartition(WatchEvent item, int partition)
    {
        if (item.Revision <= positions[partition])
        {
            return;
        }

        if (_isAtTail && item.Token is { } token)
        {
            token.Positions.CopyTo(positions);
        }

        MoveTo(partition, item.Revision);
        WriteLines(item.Name, _isAtTail || !_everyEventHasId ? item.Id : OwnId());
        writer.Write(item.Data.Span);
        if (item.Name.Equals(EventText.GapName))
        {
            metrics.CountGap();
        }
        else
        {
            CountChange();
        }
    }

    private void WriteProgress(ReadOnlyMemory<byte> id)
    {
        WriteLines(EventText.ProgressName, id);
        writer.Write(EventText.NoData.Span);
        _changesSinceProgress = 0;
        _lastProgress = clock.GetTimestamp();
    }

    private void CountChange()
    {
        metrics.CountEvent();
        _changesSinceProgress++;
        if (_changesSinceProgress == ChangesPerProgress)
        {
            WriteProgress();
        }
    }

    /// <summary>Takes the feed's positions where they are ahead, and notes whether they are everywhere.</summary>
    private void MoveTo(ReadOnlySpan<Revision> feed)
    {
        bool isAtTail = true;
        for (int i = 0; i < positions.Length; i++)
        {
            isAtTail &= feed[i] >= positions[i];
            MoveTo(i, feed[i]);
        }

        _isAtTail = isAtTail;
    }

    private void WriteLines(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> id)
    {
        writer.Write(name.Span);
        writer.Write(id.Span);
    }

    private byte[] OwnId() => EventText.IdOf(origin.Token(positions));
}
