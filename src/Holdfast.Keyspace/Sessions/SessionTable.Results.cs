using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>Changing the records of sessions, blocks and results.</content>
internal sealed partial class SessionTable
{
    private void Begin(ref RecentSession recent, in SessionHead head, ulong timeMs)
    {
        Span<byte> key = stackalloc byte[SessionKey.SessionSize];
        SessionKey.WriteSession(key, recent.Id);
        Record session = state.Records.Create(Slot, key, SessionHead.Size);
        session.DeadlineMs = Later(timeMs, LifeMs + SlackMs);
        WriteHead(session, head);
        state.Add(recent.Place, session);
        recent.Session = session;
        SessionCount++;
    }

    private void Change(ref RecentSession recent, in SessionHead head, ulong deadlineMs)
    {
        Record old = recent.Session;
        if (IsHeld(recent.Place, old))
        {
            recent.Session = state.Records.Clone(old);
            state.LinksOf(recent.Place, old).PointTo(recent.Session);
        }

        state.Reschedule(recent.Session, deadlineMs);
        WriteHead(recent.Session, head);
        ulong sum = SessionSum.OfSession(recent.Place.Hash, recent.Session.Revision, recent.Session.DeadlineMs, head);
        state.Adjust(recent.Session, logicalBytes: 0, sum - recent.Session.Sum);
    }

    private void WriteHead(Record session, in SessionHead head)
    {
        session.Revision = NextChange();
        head.Write(session.Resize(SessionHead.Size));
    }

    // Adds an entry at the end of a block. One whose entries count for nothing any more begins anew, so that what a session keeps that
    // closes each result before the next stays small.
    private void AddToBlock(in SessionCall call, ReadOnlySpan<byte> entry)
    {
        ref RecentSession recent = ref call.Recent;
        int usual = recent.Block.IsNone ? 0 : recent.Block.ValueLength;
        Record old = BlockOf(ref recent, call.Sequence);
        if (old.IsNone)
        {
            BeginBlock(ref recent, call.Sequence, entry, usual);
            return;
        }

        bool isPast = !call.IsLive || old.Revision < call.Head.Birth || call.Head.Highest < Math.Max(call.LowestKept, call.LowestOpen);
        int before = isPast ? 0 : old.ValueLength;
        int after = before + entry.Length;
        ulong hash = recent.BlockPlace.Hash;
        ulong gone = isPast ? old.Sum : SessionSum.OfBlockHead(hash, old);
        int added = after - old.ValueLength;
        recent.Block = WithRoom(recent.BlockPlace, old, after);
        entry.CopyTo(recent.Block.Resize(after)[before..]);
        recent.Block.Revision = NextChange();
        state.Adjust(recent.Block, added, SessionSum.OfBlockHead(hash, recent.Block) + SessionSum.OfEntry(hash, entry) - gone);
    }

    private void BeginBlock(ref RecentSession recent, ulong sequence, ReadOnlySpan<byte> entry, int usual)
    {
        Span<byte> key = stackalloc byte[SessionKey.ResultSize];
        SessionKey.WriteResult(key, recent.Id, sequence);
        Record block = state.Records.Create(Slot, key[..SessionKey.BlockSize], entry.Length, usual);
        entry.CopyTo(block.Resize(entry.Length));
        block.Revision = NextChange();
        state.Add(recent.BlockPlace, block);
        recent.Block = block;
    }

    // The block, or what takes its place, with room for so many bytes.
    private Record WithRoom(KeyPlace place, Record block, int length)
    {
        bool held = IsHeld(place, block);
        if (!held && RecordHeap.Fits(block, length))
        {
            return block;
        }

        int room = Math.Max(length, 2 * block.ValueLength);
        RecordLinks links = state.LinksOf(place, block);
        Record moved = held ? state.Records.Clone(block, room) : state.Records.Grow(block, room);
        links.PointTo(moved);
        return moved;
    }

    // Keeps a result as a record of its own, in place of one that an earlier life left there.
    private void KeepApart(in SessionCall call, in ApplyResult result, ReadOnlySpan<byte> batchResults)
    {
        Span<byte> key = stackalloc byte[SessionKey.ResultSize];
        SessionKey.WriteResult(key, call.Recent.Id, call.Sequence);
        KeyPlace place = state.PlaceOf(Slot, key);
        Store(place, key, state.Find(place, Slot, key), deadlineMs: 0, default, result, batchResults);
    }

    // Frees blocks and results that are closed, so many at most. Returns the number up to which nothing more can be freed.
    private ulong FreeClosed(ulong id, ulong lowestOpen)
    {
        Span<byte> key = stackalloc byte[SessionKey.SessionSize];
        SessionKey.WriteSession(key, id);
        long bytes = 0;
        Record open = Record.None;
        for (int freed = 0; freed < MaxFreed && bytes < MaxFreedBytes;)
        {
            Record next = NextOfSession(key, open.IsNone ? key : open.Key);
            ulong last = next.IsNone ? ulong.MaxValue : SessionKey.LastNumberOf(next.Key);
            if (last < lowestOpen)
            {
                bytes += next.LogicalBytes;
                freed++;
                Remove(next);
            }
            else if (open.IsNone && !next.IsNone && SessionKey.IsBlock(next.Key))
            {
                // Results that it has no room for come after it, and may be closed.
                open = next;
            }
            else
            {
                return open.IsNone ? last : Math.Min(last, SessionKey.LastNumberOf(open.Key));
            }
        }

        return 0;
    }

    private Record NextOfSession(ReadOnlySpan<byte> sessionKey, ReadOnlySpan<byte> key)
    {
        Record next = state.Seek(key, exclusive: true).Current;
        return !next.IsNone && next.Key.StartsWith(sessionKey) ? next : Record.None;
    }
}
