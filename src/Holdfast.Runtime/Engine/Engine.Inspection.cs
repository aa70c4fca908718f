using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;

namespace Holdfast.Runtime;

/// <summary>What the simulator looks at, and what it makes an engine do. Nothing else uses it.</summary>
public sealed partial class Engine
{
    /// <summary>The replicas on this node, in the order of groups.</summary>
    internal IReadOnlyList<Replica> Replicas => _replicas;

    /// <summary>What time this node stamps with, in ms since the Unix epoch; zero while it does not know.</summary>
    internal long ClusterMs => _wallClock.IsSettled ? (long)_wallClock.UnixMs : 0;

    /// <summary>This node's replica of a group, or null.</summary>
    internal Replica? FindReplica(GroupId group) => _byGroup.GetValueOrDefault(group);

    /// <summary>Hands a group over to another voter that it hears from.</summary>
    internal bool TryTransfer(Replica replica, ReplicaId to)
    {
        bool begun = replica.Raft.TransferLeadership(to);
        MarkDirty(replica);
        return begun;
    }

    /// <summary>Changes who votes in a group.</summary>
    internal bool TryConfigure(Replica replica, ConfigurationChange change)
    {
        bool begun = replica.Raft.ProposeConfiguration(change, out _) == ProposeResult.Accepted;
        MarkDirty(replica);
        return begun;
    }

    /// <summary>Takes a snapshot of a group and forgets its log up to there.</summary>
    internal void ForceSnapshot(Replica replica)
    {
        _snapshots.Want(replica);
        replica.Raft.Compact(replica.Raft.Applied);
    }
}
