using System.Buffers;
using System.Buffers.Binary;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Resp.Protocol;
using Holdfast.Resp.Transactions;

namespace Holdfast.Resp.Pending;

/// <summary>
/// A command over several keys as one request for each, of which a limited number is outstanding: what one client asks for
/// must not fill the engine.
/// </summary>
internal abstract class KeyScatter : GatheredReply
{
    /// <summary>The most requests of one command that wait in the engine.</summary>
    public const int Window = 256;

    private const int LengthBytes = sizeof(ushort);

    private byte[] _rest = [];
    private int _restLength;
    private int _restPosition;
    private int _sent;

    /// <summary>The operation on each key.</summary>
    public required Operation Operation { get; init; }

    /// <summary>How its reply is made in a transaction.</summary>
    public abstract ReplyForm Form { get; }

    /// <summary>Whether keys are still to be sent, so that later commands of the connection must wait.</summary>
    public bool HasRest => _restPosition < _restLength;

    /// <summary>Sends requests for the command's keys, from argument 1, and keeps the keys beyond the window.</summary>
    public void Start(RespSession session, in RespCommand command)
    {
        int window = Math.Min(Window, command.Count - 1);
        for (int i = 1; i <= window; i++)
        {
            Send(session, command[i]);
        }

        if (command.Count - 1 > window)
        {
            KeepRest(command, window + 1);
        }
    }

    /// <inheritdoc/>
    public override void Release(HeldReplies held)
    {
        if (_rest.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_rest);
            _rest = [];
        }
    }

    /// <inheritdoc/>
    protected override void Continue(RespSession session)
    {
        while (HasRest && Outstanding < Window)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(_rest.AsSpan(_restPosition));
            Send(session, _rest.AsSpan(_restPosition + LengthBytes, length));
            _restPosition += LengthBytes + length;
        }
    }

    private void Send(RespSession session, ReadOnlySpan<byte> key)
    {
        Outstanding++;
        session.Send(new Request { Operation = Operation, Key = key, Id = RequestId.Of(Number, _sent++) });
    }

    private void KeepRest(in RespCommand command, int first)
    {
        int length = 0;
        for (int i = first; i < command.Count; i++)
        {
            length += LengthBytes + command[i].Length;
        }

        _rest = ArrayPool<byte>.Shared.Rent(length);
        for (int i = first; i < command.Count; i++)
        {
            ReadOnlySpan<byte> key = command[i];
            BinaryPrimitives.WriteUInt16LittleEndian(_rest.AsSpan(_restLength), (ushort)key.Length);
            key.CopyTo(_rest.AsSpan(_restLength + LengthBytes));
            _restLength += LengthBytes + key.Length;
        }

        Invariant.Require(_restLength == length, "all keys beyond the window are kept");
    }
}

/// <summary>Counts over keys: DEL, EXISTS.</summary>
internal sealed class KeyCount : KeyScatter
{
    private long _sum;

    /// <inheritdoc/>
    public override ReplyForm Form => ReplyForm.Count;

    /// <summary>What one key adds to the count.</summary>
    public static long Of(Operation operation, in Reply reply) =>
        // A measure's number is the value's length: there the key itself is what counts.
        operation == Operation.Measure ? (reply.Flags & ReplyFlags.Found) != ReplyFlags.None ? 1 : 0 : reply.Number;

    /// <inheritdoc/>
    protected override bool Take(RespSession session, int part, in Reply reply)
    {
        long count = Of(Operation, reply);
        _sum += count;
        return count > 0;
    }

    /// <inheritdoc/>
    protected override void WriteResult(RespWriter writer) => writer.Integer(_sum);
}

/// <summary>The values of several keys, in their order: MGET.</summary>
internal sealed class KeyValues(int count, long maxBytes) : KeyScatter
{
    private readonly HeldReply[] _values = new HeldReply[count];
    private long _bytes;

    /// <inheritdoc/>
    public override ReplyForm Form => ReplyForm.Values;

    /// <inheritdoc/>
    public override void Release(HeldReplies held)
    {
        foreach (HeldReply value in _values)
        {
            held.Release(value);
        }

        base.Release(held);
    }

    /// <inheritdoc/>
    protected override bool Take(RespSession session, int part, in Reply reply)
    {
        _bytes += reply.Payload.Length;
        if (_bytes > maxBytes)
        {
            Fail("ERR the values are too large for one reply: ask for fewer keys"u8);
        }
        else if ((reply.Flags & ReplyFlags.Found) != ReplyFlags.None)
        {
            _values[part] = session.Hold(reply.Payload);
        }

        return false;
    }

    /// <inheritdoc/>
    protected override void WriteResult(RespWriter writer)
    {
        writer.Array(_values.Length);
        foreach (HeldReply value in _values)
        {
            if (value.Chunk is null)
            {
                writer.Null();
            }
            else
            {
                writer.Bulk(value.Bytes);
            }
        }
    }
}
