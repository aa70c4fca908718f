using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Wire.Messages;

namespace Holdfast.Wire.Tests.Support;

/// <summary>Messages of every kind, with random fields.</summary>
internal static class SampleMessages
{
    public static Message Random(MessageKind kind, SeededRandom random)
    {
        var from = new ReplicaId(random.NextUInt64());
        var to = new ReplicaId(random.NextUInt64());
        var term = new Term(random.NextUInt64());
        EntryId position = Position(random);
        return kind switch
        {
            MessageKind.PreVote => Message.PreVote(from, to, term, position),
            MessageKind.PreVoteResponse => Message.PreVoteResponse(from, to, term, random.Chance(0.5)),
            MessageKind.Vote => Message.Vote(from, to, term, position, random.Chance(0.5)),
            MessageKind.VoteResponse => Message.VoteResponse(from, to, term, random.Chance(0.5)),
            MessageKind.Append => Message.Append(
                from, to, term, position, new LogIndex(random.NextUInt64()), Entries(random), new LogIndex(random.NextUInt64())),
            MessageKind.AppendResponse => random.Chance(0.5)
                ? Message.AppendAccepted(from, to, term, position.Index, new LogIndex(random.NextUInt64()))
                : Message.AppendRefused(from, to, term, position, Position(random), new LogIndex(random.NextUInt64())),
            MessageKind.Heartbeat => Message.Heartbeat(from, to, term, random.NextUInt64()),
            MessageKind.HeartbeatResponse => Message.HeartbeatResponse(from, to, term, random.NextUInt64()),
            MessageKind.SnapshotChunk => Message.SnapshotChunk(
                from, to, term, new SnapshotMeta(position, Voters(random)), random.NextUInt64(), Data(random, 300), random.Chance(0.5)),
            MessageKind.SnapshotChunkResponse => Message.SnapshotChunkResponse(from, to, term, position, random.NextUInt64()),
            MessageKind.TimeoutNow => Message.TimeoutNow(from, to, term),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    public static byte[] Encode(GroupId group, Message message) => Bytes.Of(output => MessageWriter.Write(output, group, message));

    /// <summary>All fields as text, what arrays hold included.</summary>
    public static string Describe(in Message message) => string.Join('|', [
        message.Kind, message.From, message.To, message.Term, message.LogPosition, message.Commit, message.HeldByAll, message.Round, message.Reject, message.Transfer,
        message.Hint, message.Offset, message.Last, message.Configuration?.ToString() ?? "-", Convert.ToHexString(message.Data.Span),
        .. message.Entries.ToArray().Select(entry => $"{entry.Id} {entry.Kind} {Convert.ToHexString(entry.Data.Span)}")]);

    private static EntryId Position(SeededRandom random) => new(new Term(random.NextUInt64()), new LogIndex(random.NextUInt64()));

    private static Configuration Voters(SeededRandom random) =>
        new(Enumerable.Range(0, 1 + random.Next(5)).Select(node => new ReplicaId(new NodeId((uint)node), (uint)random.Next(9))));

    private static Entry[] Entries(SeededRandom random) =>
        [.. Enumerable.Range(0, random.Next(5)).Select(_ => new Entry(Position(random), (EntryKind)random.Next(1, 4), Data(random, 60)))];

    private static byte[] Data(SeededRandom random, int below)
    {
        var data = new byte[random.Next(below)];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = (byte)random.Next(256);
        }

        return data;
    }
}
