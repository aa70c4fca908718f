namespace Holdfast.Consensus;

/// <summary>What became of a proposal. Only <see cref="Accepted"/> put an entry in the log; all others changed nothing.</summary>
public enum ProposeResult
{
    /// <summary>It is in the leader's log; it is decided when an entry is committed at its index.</summary>
    Accepted,

    /// <summary>This replica does not lead the group.</summary>
    NotLeader,

    /// <summary>Leadership is being handed over: ask again shortly, perhaps elsewhere.</summary>
    Transferring,

    /// <summary>Too much waits for its commit: slow down and ask again.</summary>
    TooMuchUncommitted,

    /// <summary>Configuration only: another change, or this leader's first commit, is under way. Ask again.</summary>
    ConfigurationChanging,

    /// <summary>Configuration only: the group's configuration is no longer the expected one. Look again.</summary>
    ConfigurationMismatch,

    /// <summary>Configuration only: the change can't be made of the current configuration.</summary>
    ConfigurationInvalid,
}

/// <summary>What became of a request for a linearizable read.</summary>
public enum ReadResult
{
    /// <summary>A grant or a rejection comes in a <see cref="Ready"/>.</summary>
    Accepted,

    /// <summary>This replica does not lead the group; nothing comes.</summary>
    NotLeader,

    /// <summary>Kept until this leader commits an entry of its own term (Ongaro §6.4); then a grant or a rejection comes as well.</summary>
    NotYet,
}

/// <summary>What a replica is to its group at present.</summary>
public enum RoleKind : byte
{
    /// <summary>It takes what the leader sends. A learner is a follower without a vote.</summary>
    Follower,

    /// <summary>It asks whether it could win an election (Ongaro §9.6).</summary>
    PreCandidate,

    /// <summary>It asks for votes.</summary>
    Candidate,

    /// <summary>It orders the log.</summary>
    Leader,
}

/// <summary>Names one durable write. Tokens are ordered, and each covers all earlier ones.</summary>
public readonly record struct PersistToken(ulong Value) : IComparable<PersistToken>
{
    /// <inheritdoc/>
    public int CompareTo(PersistToken other) => Value.CompareTo(other.Value);

    /// <summary>Its number: <c>w7</c>.</summary>
    public override string ToString() => $"w{Value}";

    /// <summary>Whether the left comes before the right.</summary>
    public static bool operator <(PersistToken left, PersistToken right) => left.Value < right.Value;

    /// <summary>Whether the left comes after the right.</summary>
    public static bool operator >(PersistToken left, PersistToken right) => left.Value > right.Value;

    /// <summary>Whether the left does not come after the right.</summary>
    public static bool operator <=(PersistToken left, PersistToken right) => left.Value <= right.Value;

    /// <summary>Whether the left does not come before the right.</summary>
    public static bool operator >=(PersistToken left, PersistToken right) => left.Value >= right.Value;
}
