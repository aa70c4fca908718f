namespace Holdfast.Resp.Tests.Conformance;

/// <summary>What is compared of the commands that change several keys as one, and of transactions.</summary>
internal static class TransactionCorpus
{
    /// <summary>The commands by themselves.</summary>
    public static readonly string[] Single =
    [
        "MSET a 1 b 2", "MGET a b c", "MSET a 1 a 2", "GET a", "MSET", "MSET a", "MSET a 1 b", "mset A 1", "SET t v EX 100", "MSET t w", "TTL t",
        "MSETNX x 1 y 2", "MSETNX y 3 z 4", "EXISTS z", "GET y", "MSETNX d 1 d 2", "GET d", "MSETNX", "MSETNX q", "MSETNX q 1 r",
        "RENAME a c", "GET c", "EXISTS a", "RENAME absent c", "RENAME c c", "RENAME absent absent", "RENAME", "RENAME a", "RENAME a b c", "GET c",
        "RENAMENX c b", "RENAMENX c free", "RENAMENX absent free", "RENAMENX absent other", "RENAMENX free free", "RENAMENX absent absent", "RENAMENX",
        "SET t v EXAT 9999999999", "RENAME t u", "EXPIRETIME u", "COPY u v", "EXPIRETIME v", "COPY u v", "COPY b v REPLACE", "EXPIRETIME v", "GET v",
        "COPY absent v", "COPY absent v REPLACE", "COPY u u", "COPY absent absent", "COPY u w DB 0", "COPY u w DB 1", "COPY u w DB x", "COPY u w DB",
        "COPY u w DB 99999999999", "COPY u w FOO", "COPY u w REPLACE DB 0 replace", "COPY u u DB 1", "COPY u u FOO", "COPY", "COPY u", "GET w",
        "EXEC", "DISCARD", "EXEC x", "DISCARD x", "MULTI x", "WATCH", "UNWATCH", "UNWATCH x", "WATCH a b c", "UNWATCH",
        "COMMAND GETKEYS MSET a 1 b 2", "COMMAND GETKEYS RENAME a b", "COMMAND GETKEYS COPY a b REPLACE", "COMMAND GETKEYS WATCH a b", "FLUSHALL",
    ];

    /// <summary>Whole transactions, each in one write.</summary>
    public static readonly string[] Transactions =
    [
        Lines("MULTI", "EXEC"),
        Lines("MULTI", "SET a 1", "GET a", "INCR a", "INCRBY a 5", "DECR a", "DECRBY a 2", "APPEND a x", "STRLEN a", "GET a", "EXEC"),
        Lines("MULTI", "SET a v NX", "SET b v XX", "SET a w GET", "SET c w NX GET", "SET c w NX GET", "GETSET a y", "GETSET e y", "SETNX a 1", "SETNX f 1", "EXEC"),
        Lines("MULTI", "DEL a b", "DEL c", "UNLINK e f g", "EXISTS a", "SET a 1", "EXISTS a a b", "TOUCH a", "TYPE a", "TYPE b", "EXEC"),
        Lines("MULTI", "MSET a 1 b 2", "MGET a b c", "MGET a", "RENAME a c", "RENAMENX c b", "RENAME absent d", "RENAMENX c d", "COPY d b", "COPY d b REPLACE", "EXEC"),
        Lines("MULTI", "COPY absent b", "COPY b b", "COPY b c FOO", "MSET a", "EXEC"),
        Lines("MULTI", "MSET a 1 b", "COPY absent b DB 3", "SET a v FOO", "SET a v EX 0", "EXPIRE a x", "GETEX a EX", "EXEC"),
        Lines("MULTI", "SETEX a 100 v", "TTL a", "PSETEX b 100000 v", "PERSIST a", "PERSIST a", "TTL a", "PTTL absent", "EXPIREAT a 9999999999", "EXPIRETIME a", "EXEC"),
        Lines("MULTI", "PEXPIRETIME a", "PEXPIREAT a 9999999999001 GT", "PEXPIREAT a 1 GT", "PEXPIRETIME a", "EXPIRE absent 100", "EXPIRE a 100 NX", "EXEC"),
        Lines("MULTI", "GETEX a PERSIST", "TTL a", "GETEX a", "GETEX absent", "GETEX absent EX 5", "EXPIRE a 0", "EXISTS a", "TTL absent", "EXEC"),
        Lines("MULTI", "SET t text", "INCR t", "SET n 9223372036854775807", "INCR n", "DECRBY n x", "GET n", "EXEC"),
        Lines("MULTI", "PING", "PING x", "ECHO y", "SELECT 0", "SELECT 7", "SELECT x", "PING a b", "UNWATCH", "EXEC"),
        Lines("MULTI", "SET a 1", "DISCARD", "GET a"),
        Lines("MULTI", "NONSENSE x", "SET a 1", "EXEC", "EXISTS a"),
        Lines("MULTI", "GET", "EXEC"),
        Lines("MULTI", "CLIENT FOO", "EXEC"),
        Lines("MULTI", "SET a 1", "EXEC x", "EXEC"),
        Lines("MULTI", "DISCARD x", "EXEC"),
        Lines("MULTI", "NONSENSE", "DISCARD", "MULTI", "PING", "EXEC"),
        Lines("MULTI", "MULTI", "SET a 1", "WATCH a", "MULTI", "EXEC"),
        Lines("MULTI", "WATCH", "EXEC"),
        Lines("DEL w", "WATCH w", "MULTI", "SET w 1", "EXEC", "GET w"),
        Lines("WATCH w", "SET w 2", "MULTI", "SET w 3", "EXEC", "GET w", "MULTI", "GET w", "EXEC"),
        Lines("WATCH w", "SET w 2", "UNWATCH", "MULTI", "GET w", "EXEC"),
        Lines("WATCH w", "SET w 2", "MULTI", "DISCARD", "MULTI", "GET w", "EXEC"),
        Lines("WATCH w", "SET w 2", "MULTI", "UNWATCH", "EXEC"),
        Lines("WATCH w", "SET w 2", "MULTI", "EXEC"),
        Lines("WATCH w", "SET w 2", "WATCH w", "MULTI", "EXEC"),
        Lines("WATCH w", "SET w 2", "MULTI", "NONSENSE", "EXEC", "MULTI", "EXEC"),
        Lines("WATCH w", "SET w 2", "EXEC x", "MULTI", "EXEC"),
        Lines("WATCH w v", "DEL w", "MULTI", "PING", "EXEC"),
        Lines("WATCH w", "SET w 1", "MULTI", "PING", "EXEC"),
        Lines("WATCH w", "APPEND w x", "MULTI", "PING", "EXEC"),
        Lines("WATCH w", "EXPIRE w 100", "MULTI", "PING", "EXEC"),
        Lines("WATCH w", "GET w", "MGET w", "EXISTS w", "MULTI", "PING", "EXEC"),
        Lines("WATCH w", "SET other 1", "MULTI", "PING", "EXEC"),
        Lines("WATCH w", "MULTI", "EXEC"),

        // Ends RESP3, so it comes last.
        Lines("WATCH w", "SET w 2", "MULTI", "SET a 1", "RESET", "EXEC", "MULTI", "EXEC"),
    ];

    private static string Lines(params string[] commands) => string.Join("\r\n", commands);
}
