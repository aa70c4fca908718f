using System.Text;
using Holdfast.Api;
using Holdfast.Resp.Pending;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Commands;

/// <summary>The commands on keys of any type, and on all keys.</summary>
internal static class KeyCommands
{
    private const int DefaultScanCount = 10;

    /// <summary>DEL and UNLINK key [key ...].</summary>
    public static void Delete(RespSession session, in RespCommand command)
    {
        if (command.Count == 2)
        {
            session.Ask(ReplyShape.Number, new Request { Operation = Operation.Delete, Key = command[1] });
            return;
        }

        Scatter(session, command, new KeyCount { Operation = Operation.Delete, Number = session.NextNumber, IsWrite = true });
    }

    /// <summary>EXISTS and TOUCH key [key ...].</summary>
    public static void Exists(RespSession session, in RespCommand command)
    {
        if (command.Count == 2)
        {
            session.Ask(ReplyShape.Found, new Request { Operation = Operation.Measure, Key = command[1] });
            return;
        }

        Scatter(session, command, new KeyCount { Operation = Operation.Measure, Number = session.NextNumber });
    }

    /// <summary>TYPE key.</summary>
    public static void Type(RespSession session, in RespCommand command) =>
        session.Ask(ReplyShape.Type, new Request { Operation = Operation.Measure, Key = command[1] });

    /// <summary>KEYS pattern.</summary>
    public static void Keys(RespSession session, in RespCommand command)
    {
        List<int> partitions = session.Covered(isWrite: false);
        if (partitions.Count == 0)
        {
            session.Writer.Array(0);
            return;
        }

        KeyListing listing = new(command[1].ToArray(), session.Options.MaxKeysReply, session.Options.MaxGatheredBytes) { Number = session.NextNumber };
        session.Gather(listing, exclusive: true);
        listing.Start(session, partitions);
    }

    /// <summary>SCAN cursor [MATCH pattern] [COUNT count] [TYPE type].</summary>
    public static void Scan(RespSession session, in RespCommand command)
    {
        if (!IntegerText.TryParse(command[1], out long cursor) || cursor is < 0 or >= ScanCursor.Limit)
        {
            session.Writer.Error("ERR invalid cursor"u8);
            return;
        }

        byte[]? pattern = null;
        bool strings = true;
        long count = DefaultScanCount;
        for (int i = 2; i < command.Count; i += 2)
        {
            if (i + 1 < command.Count && Ascii.EqualsIgnoreCase(command[i], "match"u8))
            {
                pattern = command[i + 1].ToArray();
            }
            else if (i + 1 < command.Count && Ascii.EqualsIgnoreCase(command[i], "type"u8))
            {
                strings = Ascii.EqualsIgnoreCase(command[i + 1], "string"u8);
            }
            else if (i + 1 >= command.Count || !Ascii.EqualsIgnoreCase(command[i], "count"u8))
            {
                session.Writer.Error("ERR syntax error"u8);
                return;
            }
            else if (!IntegerText.TryParse(command[i + 1], out count))
            {
                session.Writer.Error("ERR value is not an integer or out of range"u8);
                return;
            }
            else if (count < 1)
            {
                session.Writer.Error("ERR syntax error"u8);
                return;
            }
        }

        int partitions = session.Server.Gate.PartitionCount;
        ScanPage page = new(pattern, strings, (int)Math.Min(count, session.Options.MaxKeysReply), partitions) { Number = session.NextNumber };
        int first = cursor > 0 ? ScanCursor.Partition(cursor, partitions) : session.NextCovered(0);
        if (first < 0)
        {
            page.Write(session.Writer);
            return;
        }

        // A scan that has begun a partition ends it, also when its leader moved meanwhile: else keys would be missed.
        session.Gather(page, exclusive: true);
        page.Start(session, Math.Max(cursor, ScanCursor.First(first, partitions)));
    }

    /// <summary>DBSIZE.</summary>
    public static void DbSize(RespSession session, in RespCommand command) => OverPartitions(session, Operation.Count);

    /// <summary>FLUSHALL and FLUSHDB [ASYNC|SYNC].</summary>
    public static void Flush(RespSession session, in RespCommand command)
    {
        bool hasMode = command.Count == 2 &&
            (Ascii.EqualsIgnoreCase(command[1], "async"u8) || Ascii.EqualsIgnoreCase(command[1], "sync"u8));
        if (command.Count > 1 && !hasMode)
        {
            session.Writer.Error("ERR syntax error"u8);
            return;
        }

        OverPartitions(session, Operation.Flush);
    }

    /// <summary>Sends a request for each key, and holds later commands back while not all are sent, so that order is kept.</summary>
    public static void Scatter(RespSession session, in RespCommand command, KeyScatter scatter)
    {
        if (session.Transaction.IsTaking)
        {
            session.Transaction.Take(scatter.Form, scatter.Operation, command);
            return;
        }

        session.Gather(scatter, exclusive: false);
        scatter.Start(session, command);
        if (scatter.HasRest)
        {
            session.HoldBackUntil(scatter.Number);
        }
    }

    private static void OverPartitions(RespSession session, Operation operation)
    {
        PartitionSum sum = new() { Operation = operation, Number = session.NextNumber, IsWrite = operation.IsWrite() };
        List<int> partitions = session.Covered(sum.IsWrite);
        if (partitions.Count == 0)
        {
            sum.Write(session.Writer);
            return;
        }

        session.Gather(sum, exclusive: true);
        sum.Start(session, partitions);
    }
}
