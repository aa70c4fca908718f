using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// What a replica does while it has one role. A message reaches a role only when its term is the replica's (a pre-vote's answer
/// aside) and, if it comes from a leader, when the replica follows that leader. What a role does not override it ignores.
/// </summary>
internal abstract class Role(Replica replica)
{
    /// <summary>Which role it is.</summary>
    public abstract RoleKind Kind { get; }

    /// <summary>The tick before which <see cref="Tick"/> has nothing to do, unless something happens before.</summary>
    public abstract long Due { get; }

    /// <summary>Whether it has something to give to the next <see cref="Ready"/>.</summary>
    public virtual bool HasWork => false;

    /// <summary>The replica whose role it is.</summary>
    protected Replica Replica { get; } = replica;

    /// <summary>The role begins.</summary>
    public abstract void Enter();

    /// <summary>The role ends.</summary>
    public virtual void Leave()
    {
    }

    /// <summary>Ticks have passed, one or more since the last call: does what is due.</summary>
    public abstract void Tick();

    /// <summary>More is durable than before.</summary>
    public virtual void OnPersisted()
    {
    }

    /// <summary>Another configuration is in force.</summary>
    public virtual void OnConfigurationChanged()
    {
    }

    /// <summary>Puts what is due into <paramref name="ready"/>.</summary>
    public virtual void Emit(Ready ready)
    {
    }

    /// <summary>The leader sent entries.</summary>
    public virtual void OnAppend(in Message message)
    {
    }

    /// <summary>The leader lives.</summary>
    public virtual void OnHeartbeat(in Message message)
    {
    }

    /// <summary>The leader sent bytes of a snapshot.</summary>
    public virtual void OnSnapshotChunk(in Message message)
    {
    }

    /// <summary>The leader hands over.</summary>
    public virtual void OnTimeoutNow(in Message message)
    {
    }

    /// <summary>A pre-vote was answered.</summary>
    public virtual void OnPreVoteResponse(in Message message)
    {
    }

    /// <summary>A vote request was answered.</summary>
    public virtual void OnVoteResponse(in Message message)
    {
    }

    /// <summary>A follower answered an append.</summary>
    public virtual void OnAppendResponse(in Message message)
    {
    }

    /// <summary>A follower answered a heartbeat.</summary>
    public virtual void OnHeartbeatResponse(in Message message)
    {
    }

    /// <summary>A follower answered a snapshot chunk.</summary>
    public virtual void OnSnapshotChunkResponse(in Message message)
    {
    }
}
