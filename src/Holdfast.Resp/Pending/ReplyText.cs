using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Pending;

/// <summary>Writes the engine's reply to a command's only request, or to an operation of a batch, in the shape that the command has.</summary>
internal static class ReplyText
{
    /// <summary>Writes one reply.</summary>
    public static void Write(RespWriter writer, ReplyShape shape, bool isWrite, in Reply reply)
    {
        if (reply.Fault == FaultCode.None)
        {
            WriteDone(writer, shape, reply);
        }
        else if (reply.Fault == FaultCode.ConditionFailed
            && shape is ReplyShape.OkOrNull or ReplyShape.Done or ReplyShape.OldValue or ReplyShape.Changed or ReplyShape.Copied)
        {
            WriteConditionFailed(writer, shape, reply);
        }
        else if (reply.Fault == FaultCode.NotFound && shape == ReplyShape.Copied)
        {
            writer.Integer(0);
        }
        else
        {
            FaultText.Write(writer, reply, isWrite);
        }
    }

    private static void WriteDone(RespWriter writer, ReplyShape shape, in Reply reply)
    {
        bool found = (reply.Flags & ReplyFlags.Found) != ReplyFlags.None;
        switch (shape)
        {
            case ReplyShape.Value or ReplyShape.OldValue:
                WriteValue(writer, found, reply.Payload);
                break;
            case ReplyShape.Number or ReplyShape.Changed:
                writer.Integer(reply.Number);
                break;
            case ReplyShape.Found:
                writer.Integer(found ? 1 : 0);
                break;
            case ReplyShape.Length:
                writer.Integer(found ? reply.Number : 0);
                break;
            case ReplyShape.Type:
                writer.Simple(found ? "string"u8 : "none"u8);
                break;
            case ReplyShape.Ok or ReplyShape.OkOrNull:
                writer.Ok();
                break;
            case ReplyShape.Done or ReplyShape.Copied:
                writer.Integer(1);
                break;
            case ReplyShape.LeftMs or ReplyShape.LeftSeconds or ReplyShape.DeadlineMs or ReplyShape.DeadlineSeconds:
                writer.Integer(found ? Time(shape, reply) : -2);
                break;
            default:
                throw Invariant.Unreachable("every shape of reply is written");
        }
    }

    private static void WriteConditionFailed(RespWriter writer, ReplyShape shape, in Reply reply)
    {
        switch (shape)
        {
            case ReplyShape.Done or ReplyShape.Changed or ReplyShape.Copied:
                writer.Integer(0);
                break;
            case ReplyShape.OldValue:
                WriteValue(writer, (reply.Flags & ReplyFlags.Found) != ReplyFlags.None, reply.Payload);
                break;
            default:
                writer.Null();
                break;
        }
    }

    private static long Time(ReplyShape shape, in Reply reply)
    {
        long milliseconds = shape is ReplyShape.LeftMs or ReplyShape.LeftSeconds
            ? (long)Math.Min(reply.TimeToLiveMs, long.MaxValue)
            : reply.Number;
        return milliseconds == 0 ? -1
            : shape is ReplyShape.LeftMs or ReplyShape.DeadlineMs ? milliseconds
            : (milliseconds / 1000) + (milliseconds % 1000 >= 500 ? 1 : 0);
    }

    private static void WriteValue(RespWriter writer, bool found, ReadOnlySpan<byte> value)
    {
        if (found)
        {
            writer.Bulk(value);
        }
        else
        {
            writer.Null();
        }
    }
}
