using System.Buffers;
using Holdfast.Api;
using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Runtime.Peers;
using Holdfast.Runtime.Requests;
using Holdfast.Wire.Control;
using Holdfast.Wire.Frames;

namespace Holdfast.Runtime;

/// <summary>What comes from other nodes.</summary>
public sealed partial class Engine
{
    /// <summary>The heartbeats of a frame that more than the plain answer follows from, by their place in it.</summary>
    private readonly Queue<int> _loud = new();

    private void ReceiveMessages(Peer peer, ReadOnlySpan<byte> body)
    {
        _messages.Begin(body);
        while (_messages.TryRead(out GroupId group, out Message message, out _))
        {
            if (message.From.Node == peer.Id
                && _byGroup.TryGetValue(group, out Replica? replica)
                && message.To == replica.Raft.Id)
            {
                if (message.Kind == MessageKind.Append && message.Term >= replica.Raft.Term)
                {
                    // Also one that is refused: what is committed has to come before the replica is up to date.
                    replica.HearCommit(message.Commit);
                }

                replica.Raft.Step(message);
                MarkDirty(replica);

                // What a message carries is valid until the next one is read, so what came of it is carried out first.
                if (message.Kind == MessageKind.SnapshotChunk)
                {
                    CarryOutAll(replica);
                }
            }
        }
    }

    private void ReceiveHeartbeats(Peer peer, ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<GroupHeartbeat> heartbeats = peer.Answers.Expand(body);
        if (heartbeats.IsEmpty)
        {
            return;
        }

        _loud.Clear();
        for (int i = 0; i < heartbeats.Length; i++)
        {
            GroupHeartbeat heartbeat = heartbeats[i];
            if (FindFollower(peer, heartbeat)?.Raft.TryHearQuietly(heartbeat.From, heartbeat.Term) != true)
            {
                _loud.Enqueue(i);
            }
        }

        if (_loud.Count == 0)
        {
            peer.Answers.AnswerPlainly();
            return;
        }

        for (int i = 0; i < heartbeats.Length; i++)
        {
            GroupHeartbeat heartbeat = heartbeats[i];
            if (!_loud.TryPeek(out int loud) || loud != i)
            {
                peer.Answers.Add(
                    heartbeat.Group, Message.HeartbeatResponse(heartbeat.To, heartbeat.From, heartbeat.Term, heartbeat.Round));
                continue;
            }

            _loud.Dequeue();
            if (FindFollower(peer, heartbeat) is { } replica)
            {
                replica.Raft.Step(Message.Heartbeat(heartbeat.From, heartbeat.To, heartbeat.Term, heartbeat.Round));
                MarkDirty(replica);
            }
        }
    }

    private Replica? FindFollower(Peer peer, GroupHeartbeat heartbeat) =>
        heartbeat.From.Node == peer.Id && _byGroup.TryGetValue(heartbeat.Group, out Replica? replica) && heartbeat.To == replica.Raft.Id
            ? replica
            : null;

    private void ReceiveHeartbeatAnswer(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!HeartbeatFrame.TryReadAnswer(body, out ulong epoch, out bool isKnown))
        {
            return;
        }

        foreach (ref readonly GroupHeartbeat heartbeat in peer.Heartbeats.Answered(epoch, isKnown))
        {
            if (_byGroup.TryGetValue(heartbeat.Group, out Replica? replica) && heartbeat.From == replica.Raft.Id)
            {
                replica.Raft.Step(Message.HeartbeatResponse(heartbeat.To, heartbeat.From, heartbeat.Term, heartbeat.Round));
                if (replica.Raft.HasReady)
                {
                    MarkDirty(replica);
                }
            }
        }
    }

    private void ReceiveReport(Peer peer, ReadOnlySpan<byte> body)
    {
        NodeReport report;
        try
        {
            report = NodeReport.Parser.ParseFrom(body);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            // From outside, like any frame: what can't be read is not heard.
            return;
        }

        peer.Report = report;
        if (report.UnixMs > 0)
        {
            _wallClock.Heard(peer.Id, report.UnixMs, report.ClusterMs);
        }

        foreach (GroupReport led in report.Led)
        {
            if (led.Group > 0)
            {
                _table.Hint(new GroupId(led.Group).Partition, peer.Id);
            }
        }
    }

    private void ReportUnreachable(Peer peer)
    {
        foreach (Replica replica in _replicas)
        {
            if (!replica.IsLeader)
            {
                continue;
            }

            foreach (ReplicaProgress progress in replica.Raft.Progress)
            {
                if (progress.Replica.Node == peer.Id)
                {
                    replica.Raft.ReportUnreachable(progress.Replica);
                    MarkDirty(replica);
                }
            }
        }
    }

    private EngineSession ForwarderSession(Peer peer)
    {
        if (!_forwarderSessions.TryGetValue(peer.Id, out EngineSession? session))
        {
            session = new EngineSession(_router, new ReplyToPeer(peer), isForwarder: true);
            _forwarderSessions.Add(peer.Id, session);
        }

        return session;
    }

    private sealed class ReplyToPeer(Peer peer) : IReplySink
    {
        public void OnReplies(ReadOnlySpan<byte> replies)
        {
            peer.Replies.BeginItem().Write(replies);
            peer.Replies.EndItem();
        }
    }
}
