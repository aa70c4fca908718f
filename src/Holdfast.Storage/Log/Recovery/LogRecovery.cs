using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// Opens a log: scans every segment, decides by <see cref="RecoveryCase"/> at each spot, replays, and repairs. Nothing is
/// changed before everything has been read.
/// </summary>
internal sealed class LogRecovery(IDisk disk, LogOptions options, IRecordVisitor visitor)
{
    private readonly GroupTable _groups = new();
    private readonly SegmentContent _content = new(disk);
    private readonly List<FoundBatch> _unconfirmed = [];
    private LogPosition? _end;
    private ulong _lastNumber;
    private RecoveryCase? _cut;
    private LogPosition _cutAt;

    public RecoveredLog Run()
    {
        List<SegmentScan> scans = [.. disk.List(options.Folder)
            .Select(name => LogFormat.TryParseSegmentName(name, out ulong sequence) ? sequence : (ulong?)null)
            .OfType<ulong>()
            .Select(sequence => SegmentScan.Open(disk, options, sequence))];
        if (scans.Select(Refusal).FirstOrDefault(refusal => refusal is not null) is string refusal)
        {
            return new RecoveredLog { Verdict = LogVerdict.Refused, Explanation = refusal };
        }

        foreach (SegmentScan scan in scans)
        {
            scan.FindBatches(_content.Of(scan.Segment));
        }

        var plan = new RecoveryPlan(scans);
        var replay = new RecordReplay(visitor, _groups);
        if (Walk(plan, replay))
        {
            LookBehindTheEnd(plan);
        }

        IReadOnlyList<Segment> live = new LogRepair(disk, options, plan).Apply(_end, _unconfirmed);
        var chain = new SegmentChain(options, live, scans.Count > 0 ? scans[^1].Segment.Sequence : 0);
        var log = new WriteAheadLog(options, _groups, chain, _end ?? default, _lastNumber);
        return Report(log, replay.Damage, plan);
    }

    private string? Refusal(SegmentScan scan) => scan.State switch
    {
        SegmentHeaderState.NewerVersion =>
            $"{scan.Segment.Path} has a newer format than version {LogFormat.Version}, the newest that this program reads: start the newer program",
        SegmentHeaderState.Foreign =>
            $"{scan.Segment.Path} belongs to the log of lane {scan.Header.Lane} of data directory {scan.Header.Incarnation}, "
            + $"not to lane {options.Lane} of {options.Incarnation}: files of another directory were put here",
        _ => null,
    };

    /// <summary>Goes from batch to batch; false when it ended at a cut.</summary>
    private bool Walk(RecoveryPlan plan, RecordReplay replay)
    {
        foreach (FoundBatch batch in plan.Batches)
        {
            if (!plan.Follows(batch.Header, _end))
            {
                LogPosition start = _end ?? plan.Start;
                RecoveryCase hole = RecoveryCase.For(plan.SideOfHole(start), Spot.Hole, batch.Body);
                if (hole.Decision == Decision.CutTail)
                {
                    Cut(hole, start);
                    return false;
                }

                replay.DamageOfAll(start, $"{hole.Label}, up to {batch.Header.At}");
            }

            Side side = plan.SideOf(batch.Header.End);
            RecoveryCase row = RecoveryCase.For(side, Spot.Linked, batch.Body);
            if (row.Decision == Decision.CutTail)
            {
                Cut(row, batch.Header.At);
                return false;
            }

            Take(batch, side, row, plan.SegmentOf(batch), replay);
        }

        return true;
    }

    private void Take(in FoundBatch batch, Side side, RecoveryCase row, Segment segment, RecordReplay replay)
    {
        BatchHeader header = batch.Header;
        replay.Replay(header, _content.Of(segment)[(int)header.At.Offset..], segment);
        if (row.Decision == Decision.DamageOfAll)
        {
            replay.DamageOfAll(header.At, row.Label);
        }

        if (side == Side.Beyond)
        {
            _unconfirmed.Add(batch);
        }

        _end = header.End;
        _lastNumber = header.Number;
    }

    /// <summary>Tells a log that simply ends from one whose last write was torn before its header came down.</summary>
    private void LookBehindTheEnd(RecoveryPlan plan)
    {
        LogPosition end = _end ?? plan.Start;
        foreach (SegmentScan scan in plan.Scans.Where(scan => scan.Segment.Sequence >= end.Segment))
        {
            LogPosition spot = scan.Segment.Sequence == end.Segment ? end : new LogPosition(scan.Segment.Sequence, LogFormat.SectorBytes);
            RecoveryCase row = RecoveryCase.For(Side.Beyond, scan.SpotWithoutHeader(_content.Of(scan.Segment), spot.Offset), Body.Intact);
            if (row.Decision == Decision.CutTail)
            {
                Cut(row, spot);
                return;
            }
        }
    }

    private void Cut(RecoveryCase row, LogPosition at)
    {
        _cut = row;
        _cutAt = at;
    }

    private RecoveredLog Report(WriteAheadLog log, IReadOnlyList<LogDamage> damage, RecoveryPlan plan)
    {
        LogVerdict verdict = damage.Count > 0 ? LogVerdict.Damaged
            : _cut is not null ? LogVerdict.TailCut
            : _end is null ? LogVerdict.Empty
            : LogVerdict.Clean;
        List<string> findings = [.. damage.Select(item => $"damaged at {item.At}: {item.What}")];
        if (_cut is not null)
        {
            findings.Add($"cut at {_cutAt}: {_cut.Label}; nothing known durable is missing there");
        }

        findings.AddRange(plan.Scans
            .Where(scan => scan.State == SegmentHeaderState.Unreadable && scan.Batches.Count > 0)
            .Select(scan => $"the file header of {scan.Segment.Path} does not verify, its batches do"));
        if (findings.Count == 0)
        {
            findings.Add(verdict == LogVerdict.Empty ? "no log yet" : $"intact up to {_end}");
        }

        return new RecoveredLog
        {
            Verdict = verdict,
            Explanation = $"{options.Folder}: {string.Join("; ", findings)}",
            Log = log,
            Damage = damage,
            CutAt = _cut is null ? null : _cutAt,
        };
    }
}
