using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>
/// Commands of sessions. A session's value is the lowest open number and the table's count of changes when it began, both u64: results
/// older than that are of an earlier life under the same id, whose removal was not finished, and count for nothing.
/// </content>
internal sealed partial class SessionTable
{
    public const int SessionValueSize = 2 * sizeof(ulong);

    /// <summary>Finds a command's session and result; <paramref name="key"/> is room for a result's key.</summary>
    public SessionCall Find(in CommandOrigin origin, ulong timeMs, Span<byte> key)
    {
        SessionKey.WriteResult(key, origin.SessionId, origin.Sequence);
        ReadOnlySpan<byte> sessionKey = key[..SessionKey.SessionSize];
        var call = new SessionCall
        {
            Key = key,
            Sequence = origin.Sequence,
            LowestOpen = origin.LowestOpen,
            Place = state.PlaceOf(Slot, sessionKey),
        };
        call.Session = state.Find(call.Place, Slot, sessionKey);
        call.ResultPlace = state.PlaceOf(Slot, key);
        if (!call.Session.IsNone)
        {
            call.Stored = state.Find(call.ResultPlace, Slot, key);
            call.IsLive = !call.Session.IsPast(timeMs);
        }

        if (call.IsLive)
        {
            call.LowestKept = LowestOpenOf(call.Session);
            call.IsKept = !call.Stored.IsNone && call.Stored.Revision >= BirthOf(call.Session);
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
        FreeClosed(call, call.LowestKept);
        return HasRoom(payloadBytes) ? ApplyStatus.Applied : ApplyStatus.SessionsFull;
    }

    /// <summary>Keeps a session alive and moves its lowest open number on; begins it when it is not there.</summary>
    public void Touch(in SessionCall call, ulong timeMs)
    {
        if (call.Session.IsNone)
        {
            Record session = state.Records.Create(Slot, call.Key[..SessionKey.SessionSize], SessionValueSize);
            session.DeadlineMs = Later(timeMs, LifeMs + SlackMs);
            WriteSession(session, call.LowestOpen, isNew: true);
            state.Add(call.Place, session);
            SessionCount++;
            return;
        }

        ulong lowest = Math.Max(call.LowestKept, call.LowestOpen);
        ulong deadline = call.Session.DeadlineMs < Later(timeMs, LifeMs) ? Later(timeMs, LifeMs + SlackMs) : call.Session.DeadlineMs;
        if (!call.IsLive || lowest != call.LowestKept || deadline != call.Session.DeadlineMs)
        {
            Change(call, lowest, deadline);
        }

        FreeClosed(call, lowest);
    }

    /// <summary>Keeps the result of a command that was carried out.</summary>
    public void Keep(in SessionCall call, in ApplyResult result, ReadOnlySpan<byte> batchResults) =>
        Store(call.ResultPlace, call.Key, call.Stored, deadlineMs: 0, default, result, batchResults);

    private void Change(in SessionCall call, ulong lowestOpen, ulong deadlineMs)
    {
        Record old = call.Session;
        if (IsHeld(call.Place, old))
        {
            Record changed = state.Records.Clone(old);
            changed.DeadlineMs = deadlineMs;
            WriteSession(changed, lowestOpen, !call.IsLive);
            state.Replace(call.Place, old, changed);
        }
        else
        {
            state.Exclude(call.Place, old);
            state.Reschedule(old, deadlineMs);
            WriteSession(old, lowestOpen, !call.IsLive);
            state.Include(call.Place, old);
        }
    }

    private void WriteSession(Record session, ulong lowestOpen, bool isNew)
    {
        session.Revision = NextChange();
        Span<byte> value = session.Resize(SessionValueSize);
        BinaryPrimitives.WriteUInt64LittleEndian(value, lowestOpen);
        if (isNew)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(value[sizeof(ulong)..], session.Revision.Value);
        }
    }

    private void FreeClosed(in SessionCall call, ulong lowestOpen)
    {
        long bytes = 0;
        for (int i = 0; i < MaxFreed && bytes < MaxFreedBytes; i++)
        {
            Record result = FirstResultOf(call.Key[..SessionKey.SessionSize]);
            if (result.IsNone || SessionKey.SequenceOf(result.Key) >= lowestOpen)
            {
                return;
            }

            bytes += result.LogicalBytes;
            Remove(result);
        }
    }

    private Record FirstResultOf(ReadOnlySpan<byte> sessionKey)
    {
        Record next = state.Seek(sessionKey, exclusive: true).Current;
        return !next.IsNone && next.Key.StartsWith(sessionKey) ? next : Record.None;
    }

    private static ulong LowestOpenOf(Record session) => BinaryPrimitives.ReadUInt64LittleEndian(session.Value);

    private static Revision BirthOf(Record session) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(session.Value[sizeof(ulong)..]));
}

/// <summary>A command of a session with what the table has of it, good until the table's next change.</summary>
internal ref struct SessionCall
{
    /// <summary>The key of the command's result, which begins with its session's.</summary>
    public ReadOnlySpan<byte> Key;

    /// <summary>As the command says.</summary>
    public ulong Sequence;
    public ulong LowestOpen;

    /// <summary>The session's record, none if there is none; and whether its life goes on.</summary>
    public KeyPlace Place;
    public Record Session;
    public bool IsLive;

    /// <summary>The lowest open number so far; 0 for a session that does not live.</summary>
    public ulong LowestKept;

    /// <summary>What is stored under the result's key, and whether that is the command's result.</summary>
    public KeyPlace ResultPlace;
    public Record Stored;
    public bool IsKept;
}
