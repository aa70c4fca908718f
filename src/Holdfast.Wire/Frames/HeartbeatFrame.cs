using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Wire.Frames;

/// <summary>One group's heartbeat within a frame.</summary>
/// <param name="Group">The group.</param>
/// <param name="From">The leader's replica.</param>
/// <param name="To">The follower's replica.</param>
/// <param name="Term">The leader's term.</param>
/// <param name="Round">The read round that the heartbeat opens or repeats.</param>
public readonly record struct GroupHeartbeat(GroupId Group, ReplicaId From, ReplicaId To, Term Term, ulong Round);

/// <summary>
/// The heartbeats from one node to another. The epoch names the list; once the receiver has it, the sender leaves the list
/// out, so that the heartbeat of any number of quiet groups is one small frame.
/// <code> 0 u64 epoch   8 u32 count (0: as in that epoch)   then each: u32 group, u64 from, u64 to, u64 term, u64 round</code>
/// </summary>
public static class HeartbeatFrame
{
    private const int ItemBytes = sizeof(uint) + (4 * sizeof(ulong));

    /// <summary>Encodes the body of a frame that carries the list, or with an empty list one that leans on the epoch.</summary>
    public static void Write(IBufferWriter<byte> output, ulong epoch, ReadOnlySpan<GroupHeartbeat> heartbeats)
    {
        output.UInt64(epoch);
        output.UInt32((uint)heartbeats.Length);
        foreach (ref readonly GroupHeartbeat heartbeat in heartbeats)
        {
            output.UInt32(heartbeat.Group.Value);
            output.UInt64(heartbeat.From.Value);
            output.UInt64(heartbeat.To.Value);
            output.UInt64(heartbeat.Term.Value);
            output.UInt64(heartbeat.Round);
        }
    }

    /// <summary>Reads a body; the list is appended to <paramref name="heartbeats"/>. False when malformed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out ulong epoch, List<GroupHeartbeat> heartbeats)
    {
        var reader = new SpanReader(body);
        epoch = reader.UInt64();
        uint count = reader.UInt32();
        if (reader.Failed || reader.Remaining != (long)count * ItemBytes)
        {
            return false;
        }

        for (uint i = 0; i < count; i++)
        {
            heartbeats.Add(new GroupHeartbeat(
                new GroupId(reader.UInt32()),
                new ReplicaId(reader.UInt64()),
                new ReplicaId(reader.UInt64()),
                new Term(reader.UInt64()),
                reader.UInt64()));
        }

        return true;
    }

    /// <summary>Encodes the body of an answer: the epoch, and whether its list is known.</summary>
    public static void WriteAnswer(IBufferWriter<byte> output, ulong epoch, bool isKnown)
    {
        output.UInt64(epoch);
        output.Byte(isKnown ? (byte)1 : (byte)0);
    }

    /// <summary>Reads the body of an answer; false when malformed.</summary>
    public static bool TryReadAnswer(ReadOnlySpan<byte> body, out ulong epoch, out bool isKnown)
    {
        var reader = new SpanReader(body);
        epoch = reader.UInt64();
        isKnown = reader.Byte() != 0;
        return !reader.Failed && reader.Remaining == 0;
    }
}
