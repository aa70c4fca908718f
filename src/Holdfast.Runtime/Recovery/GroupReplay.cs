using System.Buffers;
using System.Globalization;
using Holdfast.Consensus;
using Holdfast.Keyspace;
using Holdfast.Primitives;
using Holdfast.Runtime.SystemGroup;
using Holdfast.Storage;
using Holdfast.Wire.Control;
using Holdfast.Wire.Log;
using Holdfast.Wire.Messages;
using KeyspaceState = Holdfast.Keyspace.Keyspace;

namespace Holdfast.Runtime.Recovery;

/// <summary>
/// Rebuilds the groups of a node from its snapshots and log. Entries up to the commit index that the log itself recorded are applied
/// as they are read; only a bounded tail of them, for followers that are a little behind, and what is not known to be committed stays in memory.
/// </summary>
internal sealed class GroupReplay(Manifest manifest, EngineOptions options, KeyspaceArena arena) : IRecordVisitor, ISnapshotVisitor
{
    private readonly List<Entry> _decoded = [];
    private readonly Dictionary<GroupId, long> _keptBytes = [];

    private GroupId _snapshotGroup;
    private KeyspaceLoader? _loader;
    private ArrayBufferWriter<byte>? _system;

    /// <summary>The groups so far.</summary>
    public Dictionary<GroupId, RecoveredGroup> Groups { get; } = [];

    /// <summary>What can't be trusted, as a sentence; null when all can.</summary>
    public string? Damage { get; private set; }

    /// <inheritdoc/>
    public void Begin(GroupId group, SnapshotId id, ReadOnlySpan<byte> meta, long payloadBytes)
    {
        SnapshotHeader header = SnapshotHeader.Parser.ParseFrom(meta);
        if (!Configuration.TryDecode(header.Configuration.Span, out Configuration? configuration))
        {
            Damage ??= $"the snapshot of group {group} has no readable configuration";
            return;
        }

        _snapshotGroup = group;
        Groups[group] = new RecoveredGroup
        {
            Base = new SnapshotMeta(new EntryId(id.Term, id.Index), configuration!),
            Applied = id.Index,
            Commit = id.Index,
            SnapshotIndex = id.Index,
        };
        if (group.IsSystem)
        {
            _system = new ArrayBufferWriter<byte>();
        }
        else
        {
            _loader = NewLoader();
        }
    }

    /// <inheritdoc/>
    public void Chunk(ReadOnlySpan<byte> payload)
    {
        _system?.Write(payload);
        _loader?.Feed(payload);
    }

    /// <inheritdoc/>
    public void End()
    {
        if (_system is not null)
        {
            Groups[_snapshotGroup].System = SystemSnapshot.Parser.ParseFrom(_system.WrittenSpan);
        }

        if (_loader is not null)
        {
            Groups[_snapshotGroup].Keyspace = _loader.Complete();
        }

        _system = null;
        _loader = null;
    }

    /// <inheritdoc/>
    public void Damaged(GroupId group, SnapshotId id, string what) =>
        Damage ??= string.Create(CultureInfo.InvariantCulture, $"snapshot {id} of group {group}: {what}");

    /// <inheritdoc/>
    public void State(GroupId group, ReadOnlySpan<byte> payload)
    {
        if (!LogRecords.TryDecodeState(payload, out HardState state, out EntryId restart))
        {
            throw new NodeStoppedException($"the log holds a state record of group {group} that this version can't read: start the newer program that wrote it");
        }

        RecoveredGroup recovered = Find(group);
        recovered.HardState = state;
        if (restart.Index > LogIndex.Zero)
        {
            Restart(group, recovered, restart);
        }
    }

    /// <inheritdoc/>
    public void Entries(GroupId group, LogIndex first, LogIndex last, ReadOnlySpan<byte> payload)
    {
        if (last < first)
        {
            // The log restarted here, and let go of what stood after the snapshot.
            return;
        }

        if (!LogRecords.TryDecodeEntriesHeader(payload, out LogIndex commit))
        {
            throw new NodeStoppedException($"the log holds entries of group {group} that this version can't read: start the newer program that wrote them");
        }

        RecoveredGroup recovered = Find(group);
        recovered.Commit = LogIndex.Max(recovered.Commit, commit);
        if (recovered.HasConflict && first > recovered.Base.Id.Index)
        {
            return;
        }

        if (first > LastIndex(recovered).Next)
        {
            // What stood between was freed, so it was written again, with all that followed, further on in the log (FreeEntries).
            recovered.HasGap = true;
            return;
        }

        recovered.HasGap = false;
        _decoded.Clear();
        bool intact = EntryBlock.TryDecode(payload[LogRecords.EntriesHeaderBytes..].ToArray(), _decoded);
        Invariant.Require(intact, "a record whose checksum holds can be decoded");
        foreach (Entry entry in _decoded)
        {
            Add(group, recovered, entry);
        }

        recovered.LoggedBytes += payload.Length;
        ApplyCommitted(group, recovered);
    }

    /// <inheritdoc/>
    public void Forgotten(GroupId group)
    {
        if (Groups.Remove(group, out RecoveredGroup? recovered))
        {
            recovered.Keyspace?.Dispose();
        }

        _keptBytes.Remove(group);
    }

    /// <inheritdoc/>
    public void AllForgotten()
    {
        _loader?.Dispose();
        _loader = null;
        foreach (GroupId group in Groups.Keys.ToArray())
        {
            Forgotten(group);
        }
    }

    /// <summary>Checks what only the whole log can show.</summary>
    public void Finish()
    {
        foreach ((GroupId group, RecoveredGroup recovered) in Groups)
        {
            // What was known to be committed when a record was written stood before it, or in it.
            if (recovered.HasGap || recovered.Commit > LastIndex(recovered))
            {
                Damage ??= $"the log of group {group} lacks the entries after {LastIndex(recovered)}";
            }
        }
    }

    /// <summary>An empty state of a partition.</summary>
    public KeyspaceState NewKeyspace() => new(arena, KeyspaceOptions());

    private KeyspaceLoader NewLoader() => new(arena, KeyspaceOptions());

    private KeyspaceOptions KeyspaceOptions() => options.KeyspaceOptions(
        manifest.Map ?? throw Invariant.Unreachable("a partition has data only once the map is on record"),
        (int)manifest.Formation.Settings.MaxValueBytes);

    private RecoveredGroup Find(GroupId group)
    {
        if (!Groups.TryGetValue(group, out RecoveredGroup? recovered))
        {
            recovered = new RecoveredGroup { Base = InitialBase(group) };
            Groups.Add(group, recovered);
        }

        if (group.IsSystem)
        {
            recovered.System ??= new SystemSnapshot();
        }
        else
        {
            recovered.Keyspace ??= NewKeyspace();
        }

        return recovered;
    }

    private SnapshotMeta InitialBase(GroupId group) => new(default, GroupConfigurations.Initial(manifest, group));

    private void Restart(GroupId group, RecoveredGroup recovered, EntryId restart)
    {
        if (recovered.SnapshotIndex < restart.Index)
        {
            Damage ??= $"group {group} goes on from a snapshot at {restart} that is not there";
            return;
        }

        // What stood in the log before is void, unless a newer snapshot made here has covered more since.
        recovered.HasGap = false;
        recovered.HasConflict = false;
        recovered.Entries.Clear();
        _keptBytes[group] = 0;
    }

    private void Add(GroupId group, RecoveredGroup recovered, in Entry entry)
    {
        if (entry.Id.Index == recovered.SnapshotIndex && recovered.SnapshotIndex == recovered.Base.Id.Index)
        {
            LookForConflict(group, recovered, entry);
        }

        if (entry.Id.Index <= recovered.Base.Id.Index || recovered.HasConflict)
        {
            return;
        }

        LogIndex last = LastIndex(recovered);
        if (entry.Id.Index <= last)
        {
            int keep = (int)(entry.Id.Index - recovered.Base.Id.Index) - 1;
            if (recovered.Entries[keep].Id == entry.Id)
            {
                return;
            }

            Invariant.Require(entry.Id.Index > recovered.Applied, $"group {group}: no committed entry is overwritten (at {entry.Id})");
            for (int i = keep; i < recovered.Entries.Count; i++)
            {
                _keptBytes[group] -= recovered.Entries[i].Size;
            }

            recovered.Entries.RemoveRange(keep, recovered.Entries.Count - keep);
        }

        Invariant.Require(entry.Id.Index == LastIndex(recovered).Next, $"group {group}: the log has no gap before {entry.Id}");
        recovered.Entries.Add(entry);
        _keptBytes[group] = _keptBytes.GetValueOrDefault(group) + entry.Size;
    }

    /// <summary>
    /// A snapshot may be ahead of the log on the disk. What stands at its place there, and after, may then be what was never committed, and was
    /// overwritten in memory alone.
    /// </summary>
    private void LookForConflict(GroupId group, RecoveredGroup recovered, in Entry entry)
    {
        recovered.HasConflict = entry.Id != recovered.Base.Id;
        if (recovered.HasConflict)
        {
            Invariant.Require(recovered.Applied == recovered.SnapshotIndex, $"group {group}: no committed entry is overwritten (at {entry.Id})");
            recovered.Entries.Clear();
            _keptBytes[group] = 0;
        }
    }

    private void ApplyCommitted(GroupId group, RecoveredGroup recovered)
    {
        LogIndex through = LogIndex.Min(recovered.Commit, LastIndex(recovered));
        while (recovered.Applied < through)
        {
            recovered.Applied = recovered.Applied.Next;
            Entry entry = recovered.Entries[(int)(recovered.Applied - recovered.Base.Id.Index) - 1];
            if (entry.Kind == EntryKind.Command)
            {
                Apply(recovered, entry);
            }
        }

        Trim(group, recovered);
    }

    private static void Apply(RecoveredGroup recovered, in Entry entry)
    {
        if (recovered.Keyspace is { } keyspace)
        {
            var result = default(ApplyResult);
            keyspace.Apply(entry.Data.Span, ref result);
        }
        else
        {
            SystemReplica.Apply(recovered.System!, entry.Data.Span);
        }
    }

    /// <summary>Forgets applied entries beyond half of what consensus keeps in memory, in bulk, so that the list is not moved each time.</summary>
    private void Trim(GroupId group, RecoveredGroup recovered)
    {
        long kept = _keptBytes.GetValueOrDefault(group);
        if (kept <= options.Raft.MaxLogBytes)
        {
            return;
        }

        int drop = 0;
        Configuration configuration = recovered.Base.Configuration;
        int applied = (int)(recovered.Applied - recovered.Base.Id.Index);
        while (drop < applied && kept > options.Raft.MaxLogBytes / 2)
        {
            Entry entry = recovered.Entries[drop++];
            kept -= entry.Size;
            if (entry.Kind == EntryKind.Configuration && Configuration.TryDecode(entry.Data.Span, out Configuration? changed))
            {
                configuration = changed!;
            }
        }

        if (drop > 0)
        {
            recovered.Base = new SnapshotMeta(recovered.Entries[drop - 1].Id, configuration);
            recovered.Entries.RemoveRange(0, drop);
            _keptBytes[group] = kept;
        }
    }

    private static LogIndex LastIndex(RecoveredGroup recovered) =>
        recovered.Entries.Count > 0 ? recovered.Entries[^1].Id.Index : recovered.Base.Id.Index;
}
