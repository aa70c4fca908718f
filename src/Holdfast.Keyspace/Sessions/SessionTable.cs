using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// The sessions of a partition with the results of their commands, and the idempotency tokens with theirs: records in a state of
/// their own beside the keys', so that a flush does not forget them. All decisions rest on replicated state alone.
/// </summary>
/// <remarks>
/// Each record's revision is the table's count of changes when it was written last: snapshots and sessions that begin anew tell old
/// records by it. A session's blocks and results are there only while its own record is. The constants are part of what the log means: they
/// never change.
/// </remarks>
internal sealed partial class SessionTable(KeyspaceState state, Revision changes)
{
    /// <summary>The most that <see cref="Bytes"/> may be.</summary>
    public const long MaxBytes = 64 << 20;

    /// <summary>What a record counts for beside its key and value: about what the indexes and its head take.</summary>
    public const int RecordCost = 64;

    /// <summary>How many ms of group time a session lives after its last command, at least, and a token after its command.</summary>
    public const ulong LifeMs = 600_000;

    /// <summary>How much longer a session may live, so that its deadline is not set anew by each command.</summary>
    public const ulong SlackMs = 60_000;

    /// <summary>How far a command's number may be above the lowest open one: so many results may be open.</summary>
    public const ulong MaxOpen = 10_000;

    /// <summary>How many blocks and results, and about how many of their bytes, one command of a session frees at most.</summary>
    public const int MaxFreed = 16;
    public const long MaxFreedBytes = 1 << 20;

    // More than all that a command may add beside what its result holds of keys and values: a session, a block, and a result or a token.
    private const int Reserve = 1024;

    private static Slot Slot => default;

    public KeyspaceState State => state;

    /// <summary>The number of changes of records so far.</summary>
    public Revision Changes { get; private set; } = changes;

    /// <summary>The sessions, those included whose life ended and that were not removed yet.</summary>
    public long SessionCount { get; private set; }

    /// <summary>The logical bytes held, which are limited: the same on all replicas.</summary>
    public long Bytes => state.LogicalBytes + (state.Count * RecordCost);

    /// <summary>The snapshot going on, if there is one.</summary>
    public StateWalk? Walk { get; set; }

    /// <summary>The earliest deadline of a session or token; 0 when there is none.</summary>
    public ulong NextDeadlineMs => state.FirstToExpire is { IsNone: false } record ? record.DeadlineMs : 0;

    /// <summary>Whether a command can be kept whose result holds so many bytes of keys and values.</summary>
    public bool HasRoom(long payloadBytes) => Bytes + Reserve + payloadBytes <= MaxBytes;

    public bool HasExpired(ulong timeMs) => state.FirstToExpire is { IsNone: false } record && record.IsPast(timeMs);

    /// <summary>
    /// Removes one record of a session or token whose life ended, the earliest first: a session's blocks and results, then itself. False when
    /// there is none.
    /// </summary>
    public bool TryRemoveExpired(ulong timeMs, out int bytes)
    {
        bytes = 0;
        if (!HasExpired(timeMs))
        {
            return false;
        }

        Record record = state.FirstToExpire;
        if (SessionKey.IsSession(record.Key))
        {
            Record result = NextOfSession(record.Key, record.Key);
            if (result.IsNone)
            {
                SessionCount--;
            }
            else
            {
                record = result;
            }
        }

        bytes = record.LogicalBytes;
        Remove(record);
        return true;
    }

    /// <summary>Whether a record of a snapshot is one of a table's.</summary>
    public static bool IsWellFormed(Record record)
    {
        ApplyResult result = default;
        ReadOnlySpan<byte> key = record.Key;
        return record.Slot == Slot
            && (SessionKey.IsSession(key) ? record.HasDeadline && record.ValueLength == SessionHead.Size && SessionHead.Read(record.Value).LowestOpen > 0
                : SessionKey.IsBlock(key) ? !record.HasDeadline && ResultBlock.IsWellFormed(record.Value)
                : SessionKey.IsResult(key) ? !record.HasDeadline && KeptResult.TryRead(record.Value, ref result, out _)
                : SessionKey.IsToken(key) && record.HasDeadline && record.Value.Length >= FingerprintSize
                    && KeptResult.TryRead(record.Value[FingerprintSize..], ref result, out _));
    }

    /// <summary>Called by a loader: adds a finished record that is checked to be one of a table's.</summary>
    public void Load(KeyPlace place, Record record)
    {
        state.Add(place, record);
        SessionCount += SessionKey.IsSession(record.Key) ? 1 : 0;
    }

    private void Remove(Record record)
    {
        KeyPlace place = state.PlaceOf(record);
        bool held = IsHeld(place, record);
        _recent.Forget(record);
        state.Remove(place, record);
        if (!held)
        {
            state.Records.Free(record);
        }
    }

    // Keeps a result in place of what is stored under its key; a token's value begins with the fingerprint.
    private void Store(
        KeyPlace place,
        ReadOnlySpan<byte> key,
        Record stored,
        ulong deadlineMs,
        ReadOnlySpan<byte> fingerprint,
        in ApplyResult result,
        ReadOnlySpan<byte> batchResults)
    {
        Span<byte> head = stackalloc byte[KeptResult.MaxHeadSize];
        head = head[..KeptResult.WriteHead(result, batchResults.Length, head)];
        int length = fingerprint.Length + head.Length + result.NextKey.Length + result.OldValue.Length + batchResults.Length;
        Record record = state.Records.Create(Slot, key, length);
        Span<byte> value = record.Resize(length);
        Put(fingerprint, ref value);
        Put(head, ref value);
        Put(result.NextKey, ref value);
        Put(result.OldValue, ref value);
        Put(batchResults, ref value);
        record.DeadlineMs = deadlineMs;
        record.Revision = NextChange();
        if (stored.IsNone)
        {
            state.Add(place, record);
        }
        else
        {
            Replace(place, stored, record);
        }
    }

    private static void Put(scoped ReadOnlySpan<byte> bytes, ref Span<byte> output)
    {
        bytes.CopyTo(output);
        output = output[bytes.Length..];
    }

    private void Replace(KeyPlace place, Record old, Record replacement)
    {
        bool held = IsHeld(place, old);
        state.Replace(place, old, replacement);
        if (!held)
        {
            state.Records.Free(old);
        }
    }

    private bool IsHeld(KeyPlace place, Record record) => Walk is not null && Walk.TryTake(place, record);

    private Revision NextChange() => Changes = Changes.Next;

    private static ulong Later(ulong timeMs, ulong ms) => Expiry.After(ms).DeadlineAt(timeMs, present: 0);
}
