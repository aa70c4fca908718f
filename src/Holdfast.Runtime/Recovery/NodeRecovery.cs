using System.Globalization;
using Google.Protobuf;
using Holdfast.Keyspace;
using Holdfast.Primitives;
using Holdfast.Storage;
using Holdfast.Wire.Control;

namespace Holdfast.Runtime.Recovery;

/// <summary>Opens a data directory: identity, snapshots, then the log on top of them.</summary>
public static class NodeRecovery
{
    private const uint ManifestFormat = 1;

    /// <summary>Reads everything, or begins a new directory. Blocks; called once, before the engine is made.</summary>
    /// <param name="disk">The directory.</param>
    /// <param name="options">What the node was started with.</param>
    /// <param name="arena">Where keyspaces live.</param>
    /// <param name="segmentBytes">The size of new log segments.</param>
    /// <param name="synced">Whether the disk's sync makes bytes durable.</param>
    /// <param name="random">Draws the incarnation of a new directory.</param>
    /// <exception cref="NodeStoppedException">The directory is damaged, another node's, or a newer program's.</exception>
    /// <exception cref="DiskException">The disk failed.</exception>
    public static RecoveredNode Open(
        IDisk disk, EngineOptions options, KeyspaceArena arena, long segmentBytes, bool synced, SeededRandom random)
    {
        Manifest manifest = OpenManifest(disk, options, random);
        var incarnation = new Incarnation(manifest.Self.Incarnation);
        var replay = new GroupReplay(manifest, options, arena);
        try
        {
            return Replay(disk, options, manifest, replay, new LogOptions { Incarnation = incarnation, SegmentBytes = segmentBytes, Synced = synced });
        }
        catch
        {
            // The arena is the caller's, and goes on without what was built in it.
            replay.AllForgotten();
            throw;
        }
    }

    private static RecoveredNode Replay(
        IDisk disk, EngineOptions options, Manifest manifest, GroupReplay replay, LogOptions logOptions)
    {
        RecoveredSnapshots snapshots = SnapshotStore.Recover(disk, logOptions.Incarnation, replay);
        if (snapshots.Store is null)
        {
            throw new NodeStoppedException($"the snapshots can't be opened: {snapshots.Refused}");
        }

        RecoveredLog log = WriteAheadLog.Recover(disk, logOptions, replay);
        if (log.Log is null)
        {
            throw new NodeStoppedException($"the log can't be opened: {log.Explanation}");
        }

        if (log.Verdict == LogVerdict.Empty && manifest.Map is not null)
        {
            throw new NodeStoppedException(string.Create(
                CultureInfo.InvariantCulture,
                $"the log of node {options.Self} is gone, and with it what it voted and acknowledged: run 'holdfast node replace {options.Self}'"));
        }

        replay.Finish();
        if (log.Verdict == LogVerdict.Damaged || replay.Damage is not null)
        {
            throw new NodeStoppedException(string.Create(
                CultureInfo.InvariantCulture,
                $"the data directory of node {options.Self} is damaged: {replay.Damage ?? log.Explanation}; nothing was changed. Its replicas must be rebuilt from their peers: keep the directory aside and run 'holdfast node replace {options.Self}'"));
        }

        return new RecoveredNode(manifest, log.Log, snapshots.Store, replay.Groups, log.Explanation);
    }

    private static Manifest OpenManifest(IDisk disk, EngineOptions options, SeededRandom random)
    {
        ManifestRead read = ManifestStore.Read(disk);
        switch (read.State)
        {
            case ManifestState.Fresh:
                var fresh = new Manifest
                {
                    Format = ManifestFormat,
                    Self = new Member { Id = options.Self.Value, Address = options.Address, Incarnation = random.NextUInt64() },
                };
                DiskWork write = ManifestStore.Write(fresh.ToByteArray());
                write.Execute(disk);
                return fresh;
            case ManifestState.Present:
                return Check(Manifest.Parser.ParseFrom(read.Content.Span), options);
            default:
                throw new NodeStoppedException($"the data directory can't be used: {read.Explanation}");
        }
    }

    private static Manifest Check(Manifest manifest, EngineOptions options)
    {
        if (manifest.Format > ManifestFormat)
        {
            throw new NodeStoppedException(string.Create(
                CultureInfo.InvariantCulture,
                $"the data directory has format {manifest.Format}, and this program reads up to {ManifestFormat}: start the newer program that wrote it"));
        }

        if (manifest.Self.Id != options.Self.Value)
        {
            throw new NodeStoppedException(string.Create(
                CultureInfo.InvariantCulture,
                $"the data directory belongs to node {manifest.Self.Id}, not to node {options.Self}: start it with --id {manifest.Self.Id}, or with another --data"));
        }

        return manifest;
    }
}
