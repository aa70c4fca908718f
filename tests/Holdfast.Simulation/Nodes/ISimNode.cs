using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>
/// One node as the world sees it: an engine, driven by one thread, that takes inputs and gives effects through the ports in
/// its <see cref="NodeEnvironment"/>. When the process ends, by a crash or otherwise, the object is disposed, which gives back
/// memory and must have no effect on the world. An exception that leaves a method ends the run as a violation.
/// </summary>
public interface ISimNode : IDisposable
{
    /// <summary>The node wants its process to end: its disk failed, or it was removed. The world takes it down and starts it again later.</summary>
    bool HasStopped { get; }

    /// <summary>What time it is for the node, in ms since 1970; zero while it does not know; null for one that keeps no deadlines.</summary>
    long? UnixMs => null;

    /// <summary>There is more to do than one flush does: another one is to follow without further input.</summary>
    bool HasWork { get; }

    /// <summary>The node's monotonic clock, in µs since its process started plus an arbitrary constant. Comes about every 10 ms.</summary>
    void OnTick(long nowMicros);

    /// <summary>A frame from another node. The bytes are gone after the return.</summary>
    void OnFrame(TransportLane lane, ReadOnlySpan<byte> frame);

    /// <summary>A connection of this node to a peer was set up, or broke with what was under way on it.</summary>
    void OnPeerConnection(PeerHandle peer, TransportLane lane, bool isUp);

    /// <summary>Disk work that has run, with <see cref="DiskWork.Failure"/> set when it failed.</summary>
    void OnDiskWorkDone(DiskWork work);

    /// <summary>Opens a session for one client.</summary>
    IRequestSession Open(IReplySink sink);

    /// <summary>Gives out what the inputs since the last flush have caused. Comes soon after each input or batch of inputs.</summary>
    void Flush();

    /// <summary>Begins an action of an operator on a group that <paramref name="random"/> draws; false when this node can't now.</summary>
    bool TryControl(ControlAction action, SeededRandom random);

    /// <summary>Appends the facts of each replica on this node, in the order of groups.</summary>
    void ReadGroups(List<GroupFacts> groups);

    /// <summary>The identity of an entry in a local log; false when it is compacted or beyond the log's end.</summary>
    bool TryReadEntry(GroupId group, LogIndex index, out EntryFacts entry);
}

/// <summary>Makes the nodes of a world: the real engine, or a stand-in that the simulator is tested with.</summary>
public interface ISimNodeFactory
{
    /// <summary>The faults that these nodes can suffer; the others are left out of the plans.</summary>
    bool Supports(FaultKind kind);

    /// <summary>Whether keys can have deadlines: clients set none otherwise.</summary>
    bool KeepsDeadlines => true;

    /// <summary>Whether nodes know batches, sessions and idempotency tokens: clients use none otherwise.</summary>
    bool KnowsRepetition => true;

    /// <summary>Whether the nodes tell of changes: nobody watches otherwise.</summary>
    bool TellsChanges => true;

    /// <summary>Starts a process on what its disk holds. <see cref="DiskException"/> when the disk refuses: the world tries again later.</summary>
    ISimNode Start(NodeEnvironment environment);
}

/// <summary>What an operator can ask of a node while the world runs.</summary>
public enum ControlAction
{
    /// <summary>Hand leadership of a group to another replica.</summary>
    TransferLeadership,

    /// <summary>Add, promote or remove a replica of a group.</summary>
    ChangeMembership,

    /// <summary>Take a snapshot of a group now and cut its log.</summary>
    ForceSnapshot,
}
