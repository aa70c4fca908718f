using Holdfast.Resp.Protocol;
using Holdfast.Resp.Transactions;

namespace Holdfast.Resp.Commands;

/// <summary>MULTI and what belongs to it.</summary>
internal static class TransactionCommands
{
    /// <summary>MULTI.</summary>
    public static void Multi(RespSession session, in RespCommand command)
    {
        if (session.Transaction.IsOpen)
        {
            session.Writer.Error("ERR MULTI calls can not be nested"u8);
            return;
        }

        session.Transaction.Open();
        session.Writer.Ok();
    }

    /// <summary>EXEC.</summary>
    public static void Exec(RespSession session, in RespCommand command)
    {
        if (session.Transaction.IsOpen)
        {
            session.Execute();
        }
        else
        {
            session.Writer.Error("ERR EXEC without MULTI"u8);
        }
    }

    /// <summary>DISCARD.</summary>
    public static void Discard(RespSession session, in RespCommand command)
    {
        if (session.Transaction.IsOpen)
        {
            session.Transaction.Forget();
            session.Writer.Ok();
        }
        else
        {
            session.Writer.Error("ERR DISCARD without MULTI"u8);
        }
    }

    /// <summary>WATCH key [key ...]. What follows waits until the keys were read: EXEC must know what to compare with.</summary>
    public static void Watch(RespSession session, in RespCommand command)
    {
        if (session.Transaction.IsOpen)
        {
            session.Writer.Error("ERR WATCH inside MULTI is not allowed"u8);
            return;
        }

        byte[][] keys = new byte[command.Count - 1][];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = command[i + 1].ToArray();
        }

        if (!session.Transaction.CanWatch(keys.Length, keys.Sum(key => (long)key.Length)))
        {
            session.Writer.Error(Transaction.TooLarge);
            return;
        }

        WatchReading reading = new(session.Transaction, keys) { Number = session.NextNumber };
        session.Gather(reading, exclusive: true);
        reading.Start(session);
    }

    /// <summary>UNWATCH. In a transaction it changes nothing: EXEC forgets what is watched in any case.</summary>
    public static void Unwatch(RespSession session, in RespCommand command)
    {
        if (!session.Transaction.IsOpen)
        {
            session.Transaction.Forget();
        }

        session.Writer.Ok();
    }
}
