using System.Buffers;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Resp.Pending;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Transactions;

/// <summary>What the commands of a transaction answer with, in their order: from the items of its batch, or from what is kept here.</summary>
internal sealed class TransactionQueue(int checks)
{
    private readonly List<QueuedCommand> _commands = [];
    private readonly ArrayBufferWriter<byte> _known = new();

    /// <summary>How many commands are queued.</summary>
    public int Count => _commands.Count;

    /// <summary>The bytes of the replies that are known.</summary>
    public int KnownBytes => _known.WrittenCount;

    /// <summary>Takes the bytes of a reply that is known, ahead of its command.</summary>
    public IBufferWriter<byte> Known => _known;

    /// <summary>Appends a command.</summary>
    public void Add(QueuedCommand command) => _commands.Add(command);

    /// <summary>Writes the reply of EXEC from the items of the batch, which begin with those of its checks.</summary>
    public void Write(RespWriter writer, ReadOnlySpan<byte> items)
    {
        for (int i = 0; i < checks; i++)
        {
            Next(ref items, Operation.Check);
        }

        writer.Array(_commands.Count);
        ReadOnlySpan<byte> known = _known.WrittenSpan;
        foreach (QueuedCommand command in _commands)
        {
            switch (command.Form)
            {
                case ReplyForm.Known:
                    writer.Encoded(known[..command.Length]);
                    known = known[command.Length..];
                    break;
                case ReplyForm.Shaped:
                    WriteShaped(writer, command, ref items);
                    break;
                case ReplyForm.Count:
                    WriteCount(writer, command, ref items);
                    break;
                case ReplyForm.Values:
                    WriteValues(writer, command, ref items);
                    break;
                default:
                    throw Invariant.Unreachable("every form of reply is written");
            }
        }
    }

    private static void WriteShaped(RespWriter writer, QueuedCommand command, ref ReadOnlySpan<byte> items)
    {
        Reply shown = Next(ref items, command.Operation);
        for (int i = 1; i < command.Length; i++)
        {
            Reply next = Next(ref items, command.Operation);
            if (shown.Fault == FaultCode.None)
            {
                shown = next;
            }
        }

        ReplyText.Write(writer, command.Shape, command.Operation.IsWrite(), shown);
    }

    private static void WriteCount(RespWriter writer, QueuedCommand command, ref ReadOnlySpan<byte> items)
    {
        long count = 0;
        for (int i = 0; i < command.Length; i++)
        {
            count += KeyCount.Of(command.Operation, Next(ref items, command.Operation));
        }

        writer.Integer(count);
    }

    private static void WriteValues(RespWriter writer, QueuedCommand command, ref ReadOnlySpan<byte> items)
    {
        writer.Array(command.Length);
        for (int i = 0; i < command.Length; i++)
        {
            ReplyText.Write(writer, ReplyShape.Value, isWrite: false, Next(ref items, command.Operation));
        }
    }

    private static Reply Next(ref ReadOnlySpan<byte> items, Operation operation)
    {
        Invariant.Require(BatchItem.TryRead(ref items, out BatchItem item), "a batch that was done has an item for each operation");
        return ItemReply.Of(item, operation);
    }
}
