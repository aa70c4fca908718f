using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>
/// Commands of sessions. A write changes two records in place, the session's and the end of the block that its result goes to, and
/// seeks neither where the session was used lately.
/// </content>
internal sealed partial class SessionTable
{
    private readonly RecentSessions _recent = new();

    /// <summary>Finds a command's session and result.</summary>
    public SessionCall Find(in CommandOrigin origin, ulong timeMs)
    {
        ref RecentSession recent = ref _recent[origin.SessionId];
        if (recent.Id != origin.SessionId || recent.Session.IsNone)
        {
            Seek(ref recent, origin.SessionId);
        }

        var call = new SessionCall(ref recent) { Sequence = origin.Sequence, LowestOpen = origin.LowestOpen };
        if (!recent.Session.IsNone)
        {
            call.Head = SessionHead.Read(recent.Session.Value);
            call.IsLive = !recent.Session.IsPast(timeMs);
        }

        // What comes in its turn is not looked for.
        if (call.IsLive && call.Sequence >= call.LowestKept && call.Sequence <= call.Head.Highest)
        {
            FindResult(ref call);
        }

        return call;
    }

    /// <summary>Decides whether a command that has no kept result may be carried out.</summary>
    public ApplyStatus Admit(in SessionCall call, bool addsResult, long payloadBytes)
    {
        if (call.Sequence - Math.Max(call.LowestKept, call.LowestOpen) >= MaxOpen)
        {
            return ApplyStatus.SessionsFull;
        }

        if ((call.IsLive && !addsResult) || HasRoom(payloadBytes))
        {
            return ApplyStatus.Applied;
        }

        // Results that are closed already may be all that is in the way.
        FreeClosed(call.Recent.Id, call.LowestKept);
        return HasRoom(payloadBytes) ? ApplyStatus.Applied : ApplyStatus.SessionsFull;
    }

    /// <summary>Keeps a session alive and moves its lowest open number on; begins it when it is not there.</summary>
    public void Touch(in SessionCall call, ulong timeMs) => Renew(call, timeMs, highest: 0, firstToFree: ulong.MaxValue);

    /// <summary>As <see cref="Touch"/>, and keeps the result of a command that was carried out.</summary>
    public void Keep(in SessionCall call, ulong timeMs, in ApplyResult result, ReadOnlySpan<byte> batchResults)
    {
        Span<byte> entry = stackalloc byte[ResultBlock.EntryHeadSize + KeptResult.MaxHeadSize];
        Span<byte> rest = entry[ResultBlock.EntryHeadSize..];
        int size = KeptResult.WriteHead(result, batchResults.Length, rest);
        rest = rest[size..];
        size += result.NextKey.Length + result.OldValue.Length + batchResults.Length;
        bool isSmall = size <= ResultBlock.MaxResultSize;
        if (isSmall)
        {
            Put(result.NextKey, ref rest);
            Put(result.OldValue, ref rest);
            Put(batchResults, ref rest);
        }

        // The session first: a result older than it counts for nothing.
        Renew(call, timeMs, call.Sequence, isSmall ? ResultBlock.LastOf(call.Sequence) : call.Sequence);
        entry[0] = ResultBlock.PlaceOf(call.Sequence);
        entry[1] = (byte)(isSmall ? size : 0);
        AddToBlock(call, entry[..(ResultBlock.EntryHeadSize + entry[1])]);
        if (!isSmall)
        {
            KeepApart(call, result, batchResults);
        }
    }

    private void Seek(ref RecentSession recent, ulong id)
    {
        Span<byte> key = stackalloc byte[SessionKey.SessionSize];
        SessionKey.WriteSession(key, id);
        KeyPlace place = state.PlaceOf(Slot, key);
        recent = new RecentSession { Id = id, Place = place, Session = state.Find(place, Slot, key) };
    }

    private void FindResult(ref SessionCall call)
    {
        Record block = BlockOf(ref call.Recent, call.Sequence);
        if (block.IsNone || block.Revision < call.Head.Birth || !ResultBlock.TryFind(block.Value, call.Sequence, out call.Kept))
        {
            return;
        }

        call.IsKept = true;
        if (call.Kept.IsEmpty)
        {
            Span<byte> key = stackalloc byte[SessionKey.ResultSize];
            SessionKey.WriteResult(key, call.Recent.Id, call.Sequence);
            call.Kept = state.Find(state.PlaceOf(Slot, key), Slot, key).Value;
        }
    }

    private Record BlockOf(ref RecentSession recent, ulong sequence)
    {
        ulong first = ResultBlock.FirstOf(sequence);
        if (recent.Block.IsNone || recent.BlockFirst != first)
        {
            Span<byte> key = stackalloc byte[SessionKey.ResultSize];
            SessionKey.WriteResult(key, recent.Id, sequence);
            key = key[..SessionKey.BlockSize];
            recent.BlockFirst = first;
            recent.BlockPlace = state.PlaceOf(Slot, key);
            recent.Block = state.Find(recent.BlockPlace, Slot, key);
        }

        return recent.Block;
    }

    private void Renew(in SessionCall call, ulong timeMs, ulong highest, ulong firstToFree)
    {
        Record session = call.Recent.Session;
        SessionHead head = call.Head;
        if (session.IsNone)
        {
            head.FirstToFree = ulong.MaxValue;
        }

        if (!call.IsLive)
        {
            (head.LowestOpen, head.Birth, head.Highest) = (0, Changes.Next, 0);
        }

        head.LowestOpen = Math.Max(head.LowestOpen, call.LowestOpen);
        head.Highest = Math.Max(head.Highest, highest);
        if (head.FirstToFree < head.LowestOpen)
        {
            head.FirstToFree = FreeClosed(call.Recent.Id, head.LowestOpen);
        }

        head.FirstToFree = Math.Min(head.FirstToFree, firstToFree);
        if (session.IsNone)
        {
            Begin(ref call.Recent, head, timeMs);
            return;
        }

        ulong deadline = session.DeadlineMs < Later(timeMs, LifeMs) ? Later(timeMs, LifeMs + SlackMs) : session.DeadlineMs;
        if (head != call.Head || deadline != session.DeadlineMs)
        {
            Change(ref call.Recent, head, deadline);
        }
    }
}

/// <summary>A command of a session with what the table has of it, good until the table's next change.</summary>
internal ref struct SessionCall(ref RecentSession recent)
{
    /// <summary>Where the session's record is, and the block that it used last.</summary>
    public readonly ref RecentSession Recent = ref recent;

    /// <summary>As the command says.</summary>
    public ulong Sequence;
    public ulong LowestOpen;

    /// <summary>What the session's record says, zeros if there is none; and whether its life goes on.</summary>
    public SessionHead Head;
    public bool IsLive;

    /// <summary>Whether the command has a kept result, and that.</summary>
    public bool IsKept;
    public ReadOnlySpan<byte> Kept;

    /// <summary>The lowest open number so far; 0 for a session that does not live.</summary>
    public readonly ulong LowestKept => IsLive ? Head.LowestOpen : 0;
}
