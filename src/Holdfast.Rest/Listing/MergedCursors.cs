using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Gate;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Listing;

/// <summary>All partitions' cursors as one, in the order of unsigned bytes: a heap by the key that each stands at.</summary>
internal sealed class MergedCursors : IDisposable
{
    /// <summary>How many items the pages of all partitions hold together at most, within the bounds of one page.</summary>
    private const int ItemsHeld = 16 * 1024;
    private const int MinPageItems = 16;
    private const int MaxPageItems = 1000;

    private readonly PartitionCursor[] _cursors;
    private readonly PriorityQueue<PartitionCursor, PartitionCursor> _heap = new(
        Comparer<PartitionCursor>.Create(static (left, right) => left.Key.SequenceCompareTo(right.Key)));

    /// <summary>Cursors over so many partitions. Nothing is asked yet.</summary>
    public MergedCursors(int partitions, in ListingQuery query, GateCallPool calls)
    {
        int pageItems = (int)Math.Min(query.Limit, Math.Clamp(ItemsHeld / partitions, MinPageItems, MaxPageItems));
        _cursors = query.Range.IsEmpty ? [] : new PartitionCursor[partitions];
        for (int i = 0; i < _cursors.Length; i++)
        {
            _cursors[i] = new PartitionCursor(new PartitionId((uint)i), query, pageItems, calls.Rent());
        }
    }

    /// <summary>The cursor that stands at the first of the keys that are left; null at the end.</summary>
    public PartitionCursor? First => _heap.TryPeek(out PartitionCursor? cursor, out _) ? cursor : null;

    /// <summary>Whether anything follows the pair that <see cref="First"/> stands at.</summary>
    public bool HasNext => _heap.Count > 1 || First is { HasNext: true };

    /// <summary>Asks all partitions for their first pages at once.</summary>
    public async ValueTask<Problem?> OpenAsync(CancellationToken cancellation)
    {
        ValueTask[] asked = Array.ConvertAll(_cursors, cursor => cursor.AskFirstPageAsync(cancellation));
        for (int i = 0; i < asked.Length; i++)
        {
            await asked[i];
            if (_cursors[i].TakePage() is { } problem)
            {
                return problem;
            }

            if (_cursors[i].TryMove())
            {
                _heap.Enqueue(_cursors[i], _cursors[i]);
            }
        }

        return null;
    }

    /// <summary>Moves past the pair that <see cref="First"/> stands at, asking for its partition's next page where it must.</summary>
    public async ValueTask<Problem?> MoveAsync(CancellationToken cancellation)
    {
        // A cursor is out of the heap while it moves: its key is what the heap orders it by.
        PartitionCursor cursor = _heap.Dequeue();
        bool moved = cursor.TryMove();
        if (!moved && cursor.HasNextPage)
        {
            await cursor.AskNextPageAsync(cancellation);
            if (cursor.TakePage() is { } problem)
            {
                return problem;
            }

            moved = cursor.TryMove();
        }

        if (moved)
        {
            _heap.Enqueue(cursor, cursor);
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PartitionCursor cursor in _cursors)
        {
            cursor.Dispose();
        }
    }
}
