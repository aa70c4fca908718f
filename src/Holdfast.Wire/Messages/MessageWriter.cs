using System.Buffers;
using Holdfast.Consensus;
using Holdfast.Primitives;

namespace Holdfast.Wire.Messages;

/// <summary>
/// Consensus messages as bytes (version 1, little-endian), one after the other in a frame, each:
/// <code>
///  0 u32 group   4 u8 kind   5 u8 flags (1 reject, 2 transfer, 4 last)   6 u16 zero   8 u64 from   16 u64 to   24 u64 term
/// 32 u64 position term   40 u64 position index   48 u64 x   56 u64 y   64 u32 length   68 payload
/// </code>
/// x and y are: append: commit, held by all (zero: not known, as from nodes that don't tell); its answer: commit, zero; a refusal: hint
/// term and hint index follow in the payload; heartbeat: round, zero; snapshot chunk: offset, configuration length, and the payload is
/// configuration then data; its answer: offset, zero.
/// </summary>
public static class MessageWriter
{
    internal const int HeaderBytes = 68;
    internal const byte RejectFlag = 1;
    internal const byte TransferFlag = 2;
    internal const byte LastFlag = 4;

    /// <summary>How many bytes <see cref="Write"/> writes at the most.</summary>
    public static int SizeOf(in Message message) =>
        HeaderBytes + 16 + EntryBlock.SizeOf(message.Entries.Span) + message.Data.Length + (message.Configuration is null ? 0 : 4096);

    /// <summary>Encodes a message of a group.</summary>
    public static void Write(IBufferWriter<byte> output, GroupId group, in Message message)
    {
        output.UInt32(group.Value);
        byte flags = (byte)((message.Reject ? RejectFlag : 0) | (message.Transfer ? TransferFlag : 0) | (message.Last ? LastFlag : 0));
        output.UInt32((uint)((byte)message.Kind | (flags << 8)));
        output.UInt64(message.From.Value);
        output.UInt64(message.To.Value);
        output.UInt64(message.Term.Value);
        output.UInt64(message.LogPosition.Term.Value);
        output.UInt64(message.LogPosition.Index.Value);
        switch (message.Kind)
        {
            case MessageKind.Append:
                WriteAppend(output, message);
                break;
            case MessageKind.AppendResponse:
                WriteAppendResponse(output, message);
                break;
            case MessageKind.SnapshotChunk:
                WriteSnapshotChunk(output, message);
                break;
            case MessageKind.SnapshotChunkResponse:
                WriteTail(output, message.Offset, 0, 0);
                break;
            default:
                WriteTail(output, message.Round, 0, 0);
                break;
        }
    }

    private static void WriteAppend(IBufferWriter<byte> output, in Message message)
    {
        ReadOnlySpan<Entry> entries = message.Entries.Span;
        int size = EntryBlock.SizeOf(entries);
        WriteTail(output, message.Commit.Value, message.HeldByAll.Value, size);
        EntryBlock.Encode(entries, output.GetSpan(size));
        output.Advance(size);
    }

    private static void WriteAppendResponse(IBufferWriter<byte> output, in Message message)
    {
        WriteTail(output, message.Commit.Value, 0, message.Reject ? 2 * sizeof(ulong) : 0);
        if (message.Reject)
        {
            output.UInt64(message.Hint.Term.Value);
            output.UInt64(message.Hint.Index.Value);
        }
    }

    private static void WriteSnapshotChunk(IBufferWriter<byte> output, in Message message)
    {
        byte[] configuration = message.Configuration?.Encode() ?? throw Invariant.Unreachable("a snapshot chunk carries its configuration");
        WriteTail(output, message.Offset, (ulong)configuration.Length, configuration.Length + message.Data.Length);
        output.Write(configuration);
        output.Write(message.Data.Span);
    }

    private static void WriteTail(IBufferWriter<byte> output, ulong x, ulong y, int length)
    {
        output.UInt64(x);
        output.UInt64(y);
        output.UInt32((uint)length);
    }
}
