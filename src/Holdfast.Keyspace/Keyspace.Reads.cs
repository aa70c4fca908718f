using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>Reading.</content>
public sealed partial class Keyspace
{
    /// <summary>Looks a key up.</summary>
    public bool TryGet(Slot slot, ReadOnlySpan<byte> key, out ValueView value)
    {
        Record record = _state.Find(_state.PlaceOf(slot, key), slot, key);
        bool found = !record.IsNone && !IsPast(record);
        value = found ? record.View : default;
        return found;
    }

    internal KeyPlace PlaceOf(Slot slot, ReadOnlySpan<byte> key) => _state.PlaceOf(slot, key);

    internal int Prefetch(ReadOnlySpan<KeyPlace> places) => _state.Hashes.Prefetch(places);

    /// <summary>
    /// Gives pairs in the order of (slot, hash), from <paramref name="from"/> to before <paramref name="end"/>: at least
    /// <paramref name="count"/> if there are that many, and then those of the same cursor; fewer where keys are passed over whose
    /// deadline has passed. Returns where to go on, or <see cref="ScanCursor.Zero"/> at the end. A key present from the first to the last
    /// call of an iteration is given at least once.
    /// </summary>
    public ScanCursor Scan<TVisitor>(ScanCursor from, ScanCursor end, int count, ref TVisitor visitor)
        where TVisitor : IPairVisitor, allows ref struct
    {
        ulong limit = Math.Min(end.Value, ScanCursor.End.Value);
        if (from.Value >= limit)
        {
            return ScanCursor.Zero;
        }

        int looked = 0;
        ulong last = 0;
        _run.Seek(_state.Hashes, from.Value << KeyPlace.CursorShift);
        while (_run.TryNext(out PlacedRecord placed))
        {
            ulong cursor = placed.Order >> KeyPlace.CursorShift;
            if (cursor >= limit)
            {
                return ScanCursor.Zero;
            }

            if (looked >= Math.Max(count, 1) && cursor != last)
            {
                return new ScanCursor(cursor);
            }

            Record record = placed.Record;
            if (!IsPast(record))
            {
                visitor.Visit(new PairView(record.Slot, record.Key, record.View));
            }

            last = cursor;
            looked++;
        }

        return ScanCursor.Zero;
    }

    /// <summary>Gives pairs in the order of unsigned key bytes.</summary>
    public ListResult List<TVisitor>(in ListQuery query, ref TVisitor visitor)
        where TVisitor : IPairVisitor, allows ref struct
    {
        int count = 0;
        int skipped = 0;
        long bytes = 0;
        TreeCursor cursor = _state.Seek(query.Start, query.StartExclusive && !query.Start.IsEmpty);
        for (Record record = cursor.Current; IsBefore(record, query.End); record = cursor.Current)
        {
            if (count >= query.Limit || (count > 0 && bytes >= query.MaxBytes))
            {
                return new ListResult(count, bytes, More: true);
            }

            bool past = IsPast(record);
            if (past && skipped++ >= Math.Max(query.MaxSkipped, 1))
            {
                return new ListResult(count, bytes, More: true) { NextKey = record.Key.ToArray() };
            }

            if (!past)
            {
                ValueView value = query.KeysOnly ? new ValueView(record.Revision, record.DeadlineMs, default) : record.View;
                visitor.Visit(new PairView(record.Slot, record.Key, value));
                count++;
                bytes += record.Key.Length + value.Value.Length;
            }

            cursor.MoveNext();
        }

        return new ListResult(count, bytes, More: false);
    }

    private static bool IsBefore(Record record, ReadOnlySpan<byte> end) =>
        !record.IsNone && (end.IsEmpty || record.Key.SequenceCompareTo(end) < 0);
}
