namespace Holdfast.Keyspace;

/// <summary>
/// Where the records of the sessions used last are: nodes that forward writes send runs of the same few sessions. Only a shorter way
/// to what the table holds, which tells of each record that it moves or removes.
/// </summary>
internal sealed class RecentSessions
{
    private const int Bits = 6;

    // Only once there is a session: most keyspaces of a cluster may have none.
    private RecentSession[]? _recent;

    /// <summary>The place for a session, which may be another's; good for as long as the table is.</summary>
    public ref RecentSession this[ulong id]
    {
        get
        {
            RecentSession[] recent = _recent ??= new RecentSession[1 << Bits];
            return ref recent[(id * 0x9E37_79B9_7F4A_7C15) >> (64 - Bits)];
        }
    }

    /// <summary>Called when a record goes.</summary>
    public void Forget(Record record)
    {
        if (_recent is null || !SessionKey.IsOfSession(record.Key))
        {
            return;
        }

        ref RecentSession recent = ref this[SessionKey.IdOf(record.Key)];
        if (recent.Session.Equals(record))
        {
            recent = default;
        }
        else if (recent.Block.Equals(record))
        {
            recent.Block = Record.None;
        }
    }
}

/// <summary>A session and the block that it used last; either may be none.</summary>
internal struct RecentSession
{
    public ulong Id;
    public Record Session;
    public KeyPlace Place;
    public Record Block;
    public KeyPlace BlockPlace;
    public ulong BlockFirst;
}
