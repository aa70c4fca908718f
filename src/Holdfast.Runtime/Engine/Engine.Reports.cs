using System.Buffers;
using Google.Protobuf;
using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Peers;
using Holdfast.Wire.Control;
using Holdfast.Wire.Frames;

namespace Holdfast.Runtime;

/// <summary>What the node tells the others of itself, each second and at the start of a connection.</summary>
public sealed partial class Engine
{
    /// <summary>
    /// The report comes before all else on the connection, so that a node that starts knows what time most others have before it has
    /// their votes (docs/adr/0007).
    /// </summary>
    private void Greet(Peer peer)
    {
        peer.Heartbeats.Reset();
        SendReport([peer]);
    }

    private void SendReport(IReadOnlyList<Peer> peers)
    {
        if (_clusterTag == 0 || peers.Count == 0)
        {
            return;
        }

        var report = new NodeReport
        {
            Version = _options.Version,
            MemoryBytes = _arena.AllocatedBytes,
            DiskFreeBytes = _disk.FreeBytes,
            FsyncP99Us = _disk.FsyncP99Us,
            DiskState = (uint)DiskStateOf(),
            Replicas = (uint)_table.LocalReplicas.Count,
            RespClusterPort = (uint)AdvertisedClusterPort,
            UnixMs = _wallClock.OwnMs,
            ClusterMs = ClusterMs,
            Led = { _replicas.Where(replica => replica.IsLeader).Select(Describe) },
        };
        var frame = new ArrayBufferWriter<byte>();
        new PeerFrame(FrameKind.Report, _options.Self, _recovered.Incarnation, _clusterTag).Write(frame);
        report.WriteTo(frame);
        foreach (Peer peer in peers)
        {
            peer.SendReport(frame.WrittenSpan);
        }
    }

    private static GroupReport Describe(Replica replica)
    {
        var report = new GroupReport
        {
            Group = replica.Group.Value,
            Term = replica.Raft.Term.Value,
            Commit = replica.Raft.Commit.Value,
            Keys = (replica as PartitionReplica)?.Machine.State.Count ?? 0,
            Bytes = replica.StateBytes,
        };
        foreach (ReplicaProgress progress in replica.Raft.Progress)
        {
            report.Replicas.Add(new ReplicaReport
            {
                Replica = progress.Replica.Value,
                Match = progress.Match.Value,
                IsActive = progress.RecentlyActive || progress.Replica == replica.Raft.Id,
                IsLearner = !progress.IsVoter,
            });
        }

        return report;
    }
}
