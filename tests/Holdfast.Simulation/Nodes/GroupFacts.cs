using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>What a replica is in its group, as the invariants need it.</summary>
public enum GroupRole
{
    /// <summary>It votes and follows, or stands for election.</summary>
    Follower,

    /// <summary>It leads.</summary>
    Leader,

    /// <summary>It follows without a vote.</summary>
    Learner,

    /// <summary>It is no member, or takes no part until it is rebuilt: it need not converge.</summary>
    Outside,
}

/// <summary>A replica at a moment.</summary>
/// <param name="Group">Its group.</param>
/// <param name="Replica">Its id.</param>
/// <param name="Role">What it is in the group.</param>
/// <param name="Term">Its current term.</param>
/// <param name="Last">The last index of its log, durable or not.</param>
/// <param name="Commit">The last index that it knows to be committed.</param>
/// <param name="Applied">The last index that its state machine has applied.</param>
/// <param name="StateHash">
/// A hash of the logical state at <paramref name="Applied"/>, equal on all replicas; null when it isn't known at this moment.
/// </param>
/// <param name="Keys">How many keys it holds.</param>
/// <param name="NextDeadlineMs">The earliest deadline of a key, in ms since 1970; zero when none has one.</param>
public readonly record struct GroupFacts(
    GroupId Group,
    ReplicaId Replica,
    GroupRole Role,
    Term Term,
    LogIndex Last,
    LogIndex Commit,
    LogIndex Applied,
    ulong? StateHash,
    long Keys = 0,
    ulong NextDeadlineMs = 0);

/// <summary>What tells one log entry from another.</summary>
/// <param name="Term">The term in which it was proposed.</param>
/// <param name="Checksum">The CRC-32C of its bytes.</param>
public readonly record struct EntryFacts(Term Term, uint Checksum);
