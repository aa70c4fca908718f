using System.Runtime.InteropServices;
using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// Everything that must happen now, in this order: install the snapshot, start the write of hard state and entries under the
/// token, send the messages (they do not wait for the write: what depends on it is not among them), apply what is
/// committed, answer reads. The object is reused: it and all that it shows are valid until the next call on the node.
/// </summary>
public sealed class Ready
{
    internal List<Message> MessageList { get; } = [];

    internal List<ReadGrant> GrantList { get; } = [];

    internal List<ulong> RejectedList { get; } = [];

    internal List<SnapshotReadRequest> SnapshotReadList { get; } = [];

    internal List<SnapshotWriteRequest> SnapshotWriteList { get; } = [];

    /// <summary>Messages to send, in order.</summary>
    public ReadOnlySpan<Message> Messages => CollectionsMarshal.AsSpan(MessageList);

    /// <summary>
    /// Names the write of <see cref="InstallSnapshot"/>, <see cref="HardState"/> and <see cref="Entries"/>; null when there is
    /// nothing to write.
    /// </summary>
    public PersistToken? Token { get; internal set; }

    /// <summary>
    /// Term and vote to write, when they changed. They stand before <see cref="Entries"/> in the write, so that a torn one never
    /// leaves an entry of a term that the replica has forgotten.
    /// </summary>
    public HardState? HardState { get; internal set; }

    /// <summary>
    /// Entries to write, consecutive. The first may stand at or before the end of what was written earlier: it and all after
    /// it is then overwritten.
    /// </summary>
    public ReadOnlyMemory<Entry> Entries { get; internal set; }

    /// <summary>
    /// A stored snapshot that takes the place of the state machine and of the whole log, which goes on after it. That the log
    /// restarts there is part of the write, and stands before <see cref="Entries"/>.
    /// </summary>
    public SnapshotMeta? InstallSnapshot { get; internal set; }

    /// <summary>Committed entries to apply next, in order; each comes once. Report them with <see cref="RaftNode.AppliedTo"/>.</summary>
    public ReadOnlyMemory<Entry> Committed { get; internal set; }

    /// <summary>Reads that may be answered.</summary>
    public ReadOnlySpan<ReadGrant> ReadGrants => CollectionsMarshal.AsSpan(GrantList);

    /// <summary>Contexts of reads that this replica can't confirm, since it no longer leads.</summary>
    public ReadOnlySpan<ulong> RejectedReads => CollectionsMarshal.AsSpan(RejectedList);

    /// <summary>Snapshot bytes that the leader needs to send.</summary>
    public ReadOnlySpan<SnapshotReadRequest> SnapshotReads => CollectionsMarshal.AsSpan(SnapshotReadList);

    /// <summary>Snapshot bytes that came and must be stored.</summary>
    public ReadOnlySpan<SnapshotWriteRequest> SnapshotWrites => CollectionsMarshal.AsSpan(SnapshotWriteList);

    /// <summary>Whether role, term or known leader differ from what they were at the last <see cref="RaftNode.TakeReady"/>.</summary>
    public bool RoleChanged { get; internal set; }

    /// <summary>Whether the configuration differs from what it was at the last <see cref="RaftNode.TakeReady"/>.</summary>
    public bool ConfigurationChanged { get; internal set; }

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty =>
        MessageList.Count == 0 && Token is null && Committed.IsEmpty && GrantList.Count == 0 && RejectedList.Count == 0
        && SnapshotReadList.Count == 0 && SnapshotWriteList.Count == 0 && !RoleChanged && !ConfigurationChanged;

    internal void Clear()
    {
        MessageList.Clear();
        GrantList.Clear();
        RejectedList.Clear();
        SnapshotReadList.Clear();
        SnapshotWriteList.Clear();
        Token = null;
        HardState = null;
        Entries = default;
        InstallSnapshot = null;
        Committed = default;
        RoleChanged = false;
        ConfigurationChanged = false;
    }
}
