using System.Text;
using Holdfast.Api;
using Holdfast.Resp.Pending;
using Holdfast.Resp.Protocol;
using Holdfast.Resp.Transactions;

namespace Holdfast.Resp.Commands;

/// <summary>The commands that change several keys as one: each is a batch.</summary>
internal static class BatchCommands
{
    /// <summary>MSET key value [key value ...].</summary>
    public static void MSet(RespSession session, in RespCommand command)
    {
        BatchBuilder batch = new();
        if (TakesPairs(session, command) && AddPuts(session, command, batch))
        {
            session.Ask(ReplyShape.Ok, batch, command[1]);
        }
    }

    /// <summary>MSETNX key value [key value ...]. The checks come before the puts, so that a key may be given twice.</summary>
    public static void MSetNx(RespSession session, in RespCommand command)
    {
        BatchBuilder batch = new();
        if (!TakesPairs(session, command))
        {
            return;
        }

        for (int i = 1; i < command.Count; i += 2)
        {
            if (!Add(session, batch, new Request { Operation = Operation.Check, Flags = RequestFlags.IfAbsent, Key = command[i] }))
            {
                return;
            }
        }

        if (AddPuts(session, command, batch))
        {
            session.Ask(ReplyShape.Done, batch, command[1]);
        }
    }

    /// <summary>RENAME key newkey.</summary>
    public static void Rename(RespSession session, in RespCommand command) =>
        Move(session, command, ReplyShape.Ok, Operation.Rename, RequestFlags.None);

    /// <summary>RENAMENX key newkey.</summary>
    public static void RenameNx(RespSession session, in RespCommand command) =>
        Move(session, command, ReplyShape.Done, Operation.Rename, RequestFlags.IfDestinationAbsent);

    /// <summary>COPY source destination [DB destination-db] [REPLACE].</summary>
    public static void Copy(RespSession session, in RespCommand command)
    {
        RequestFlags flags = RequestFlags.IfDestinationAbsent;
        for (int i = 3; i < command.Count; i++)
        {
            if (Ascii.EqualsIgnoreCase(command[i], "replace"u8))
            {
                flags = RequestFlags.None;
            }
            else if (!Ascii.EqualsIgnoreCase(command[i], "db"u8) || i + 1 == command.Count)
            {
                session.Writer.Error("ERR syntax error"u8);
                return;
            }
            else if (!ConnectionCommands.IsDatabase(session, command[++i]))
            {
                return;
            }
        }

        if (command[1].SequenceEqual(command[2]))
        {
            session.Writer.Error("ERR source and destination objects are the same"u8);
            return;
        }

        Move(session, command, ReplyShape.Copied, Operation.Copy, flags);
    }

    private static void Move(RespSession session, in RespCommand command, ReplyShape shape, Operation operation, RequestFlags flags)
    {
        BatchBuilder batch = new();
        batch.Add(new Request { Operation = operation, Flags = flags, Key = command[1], Value = command[2] });
        session.Ask(shape, batch, command[1]);
    }

    private static bool TakesPairs(RespSession session, in RespCommand command)
    {
        if (command.Count % 2 == 1)
        {
            return true;
        }

        session.Writer.Error($"ERR wrong number of arguments for '{CommandTable.Find(command)!.Name}' command");
        return false;
    }

    private static bool AddPuts(RespSession session, in RespCommand command, BatchBuilder batch)
    {
        for (int i = 1; i < command.Count; i += 2)
        {
            if (!StringCommands.FitsValue(session, command[i + 1])
                || !Add(session, batch, new Request { Operation = Operation.Put, Key = command[i], Value = command[i + 1] }))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Add(RespSession session, BatchBuilder batch, Request operation)
    {
        if (batch.WouldExceed(operation.EncodedBytes))
        {
            session.Refuse(Transaction.TooLarge);
            return false;
        }

        batch.Add(operation);
        return true;
    }
}
