using System.Net.Sockets;
using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Conformance;

/// <summary>The same bytes to a real Redis 7.0 and to a session: the same bytes come back.</summary>
public sealed class RedisConformanceTests
{
    private const string Marker = "ECHO the-end\r\n";
    private const string MarkerReply = "$7\r\nthe-end\r\n";

    private static readonly string[] Corpus =
    [
        "PING", "PING hello", "PING a b", "ECHO x", "ECHO", "SELECT 0", "SELECT x", "SELECT -1", "SELECT 99999999999",
        "SET k v", "GET k", "SET k v2 NX", "SET k v2 XX", "SET k v3 GET", "SET k v4 NX GET", "SET absent v XX GET", "SET fresh v NX GET",
        "SET k v NX XX", "SET k v GET GET", "SET k v FOO", "SET k v EX", "SET k v EX x", "SET k v EX 0", "SET k v PX -1", "SET k v EX 1 PX 1",
        "SET k v EX 9223372036854775807", "SET k v KEEPTTL EX 1", "SET k v EX 1 KEEPTTL", "SET k", "SET", "set k v xx", "get k", "GET", "GET a b",
        "SET e v EX 100", "TTL e", "SET e v", "TTL e", "PTTL e", "EXPIRETIME e", "PEXPIRETIME e", "TTL absent", "PTTL absent", "EXPIRETIME absent",
        "PEXPIRETIME absent", "SET e v EXAT 9999999999", "EXPIRETIME e", "PEXPIRETIME e", "SET e w KEEPTTL", "EXPIRETIME e", "APPEND e x", "EXPIRETIME e",
        "SET e v PXAT 9999999999499", "EXPIRETIME e", "SET e v PXAT 9999999999500", "EXPIRETIME e", "PEXPIRETIME e", "GET e", "PERSIST e", "PERSIST e",
        "PERSIST absent", "PERSIST", "EXPIRETIME e", "SET e v EXAT 1", "GET e", "SET e v", "SET e v PXAT 0", "SET e v EXAT -1", "SET e v EX 9223372036854776",
        "EXPIRE e 100", "TTL e", "EXPIRE absent 100", "EXPIRE e", "EXPIRE e x", "EXPIRE e 9223372036854775807", "EXPIRE e -9223372036854775808",
        "PEXPIRE e 9223372036854775807", "PEXPIREAT e 9999999999000", "EXPIRETIME e", "PEXPIREAT e 9999999998000 GT", "PEXPIREAT e 9999999998000 LT",
        "PEXPIREAT e 9999999999000 GT", "PEXPIREAT e 9999999999000 GT", "EXPIREAT e 9999999999 NX", "EXPIREAT e 9999999999 XX", "PERSIST e",
        "EXPIREAT e 9999999999 XX", "EXPIREAT e 9999999999 GT", "EXPIREAT e 9999999999 LT", "EXPIREAT e 1 FOO", "EXPIRE e 1 NX XX", "EXPIRE e 1 NX GT",
        "EXPIRE e 1 GT LT", "EXPIRE e 1 XX XX NX", "EXPIRE absent 1 FOO", "EXPIRE e x FOO", "EXPIREAT e 9999999999 XX GT", "EXPIREAT e 1", "EXISTS e",
        "SET e v", "EXPIRE e 0", "EXISTS e", "SET e v", "PEXPIRE e -1", "EXISTS e", "TTL", "PTTL a b", "EXPIRETIME", "PEXPIREAT e", "EXPIREAT",
        "SETEX e 100 v", "TTL e", "SETEX e 0 v", "SETEX e x v", "SETEX e -1 v", "SETEX e 9223372036854775807 v", "SETEX e 1", "PSETEX e 100000 w", "TTL e",
        "PSETEX e 0 v", "PSETEX e 9223372036854775807 v", "GETEX e EXAT 9999999999", "EXPIRETIME e", "GETEX e", "EXPIRETIME e", "GETEX e PERSIST", "TTL e",
        "GETEX e EX 100", "TTL e", "GETEX e PXAT 9999999999000", "EXPIRETIME e", "GETEX absent EX 100", "GETEX absent", "GETEX e EX", "GETEX e EX x",
        "GETEX e EX 0", "GETEX e PX -1", "GETEX e FOO", "GETEX e PERSIST EX 1", "GETEX e EX 1 PERSIST", "GETEX e EX 1 PX 1", "GETEX", "GETEX e KEEPTTL",
        "GETEX e EXAT 1", "EXISTS e", "SET e v EX 100 NX", "TTL e", "SET e w XX GET PX 100400", "TTL e", "GETSET e x", "TTL e", "SETNX e y", "DEL e",
        "SETNX k v", "SETNX nx v", "SETNX k", "GETSET k w", "GETSET fresh2 w", "GETSET k",
        "APPEND k abc", "APPEND new abc", "APPEND k", "STRLEN k", "STRLEN absent", "STRLEN",
        "SET n 10", "INCR n", "DECR n", "INCRBY n 5", "DECRBY n 7", "INCRBY n x", "INCRBY n 1.5", "INCRBY n 9223372036854775808", "INCRBY n +1",
        "INCRBY n \" 1\"", "DECRBY n -9223372036854775808", "SET n 9223372036854775807", "INCR n", "SET n -9223372036854775808", "DECR n",
        "SET n 010", "INCR n", "SET n \"\"", "INCR n", "SET n \" 1\"", "INCR n", "INCR", "INCR k",
        "DEL k", "DEL k", "SET a 1", "SET b 2", "DEL a b c", "UNLINK a", "DEL", "EXISTS a b", "SET a 1", "EXISTS a a b", "EXISTS", "TOUCH a b", "TOUCH",
        "TYPE a", "TYPE absent", "TYPE", "MGET a b a", "MGET", "DBSIZE", "DBSIZE x", "FLUSHALL FOO", "FLUSHALL SYNC FOO", "FLUSHDB SYNC", "DBSIZE",
        "SET user:1 a", "KEYS user:*", "KEYS none*", "KEYS", "KEYS a b", "SCAN 0", "SCAN 0 MATCH user:* COUNT 100 TYPE string", "SCAN 0 TYPE hash",
        "SCAN x", "SCAN 0 COUNT", "SCAN 0 COUNT 0", "SCAN 0 COUNT x", "SCAN 0 FOO 1", "SCAN", "FLUSHALL", "FLUSHALL ASYNC",
        "CLIENT", "CLIENT FOO", "CLIENT foo bar", "CLIENT GETNAME", "CLIENT SETNAME me", "CLIENT GETNAME", "CLIENT SETNAME \"a b\"",
        "CLIENT SETNAME \"\\xff\"", "CLIENT SETNAME", "CLIENT SETNAME \"\"", "CLIENT GETNAME", "CLIENT REPLY", "CLIENT REPLY FOO", "CLIENT NO-EVICT on",
        "CLIENT NO-EVICT x", "CLIENT KILL", "CLIENT KILL foo", "CLIENT KILL ID x", "CLIENT KILL ID 0", "CLIENT KILL ID 999", "CLIENT KILL ID 999 FOO",
        "CLIENT KILL ID 999 SKIPME foo", "CLIENT KILL USER nobody", "CLIENT KILL TYPE foo", "CLIENT KILL FOO bar", "CLIENT LIST ID x",
        "CLIENT LIST ID 999", "CLIENT LIST TYPE foo", "CLIENT LIST TYPE pubsub", "CLIENT LIST FOO", "CLIENT LIST TYPE", "CLIENT ID x",
        "CONFIG", "CONFIG FOO", "CONFIG GET", "CONFIG GET save", "CONFIG GET maxmemory", "CONFIG GET databases", "CONFIG GET nothing-such",
        "CONFIG RESETSTAT", "CONFIG RESETSTAT x", "COMMAND COUNT x", "COMMAND FOO", "COMMAND INFO nothing", "COMMAND LIST FILTERBY FOO bar",
        "COMMAND LIST FILTERBY", "COMMAND LIST FILTERBY PATTERN strle*", "COMMAND GETKEYS mget a b", "COMMAND GETKEYS set a b", "COMMAND GETKEYS get",
        "COMMAND GETKEYS get a b", "COMMAND GETKEYS nonsense a", "COMMAND GETKEYS keys a", "COMMAND DOCS nothing",
        "CLUSTER", "CLUSTER FOO", "CLUSTER INFO", "CLUSTER KEYSLOT", "CLUSTER KEYSLOT a", "CLUSTER SLOTS x", "READONLY", "READONLY x", "READWRITE", "ASKING",
        "INFO cluster", "INFO nothing-such", "AUTH x", "AUTH a b", "AUTH a b c", "AUTH",
        "HELLO 4", "HELLO x", "HELLO 3 FOO", "HELLO 3 AUTH", "HELLO 3 AUTH a b", "HELLO 3 SETNAME \"a b\"", "HELLO 3 SETNAME", "TIME x", "RESET x",
        "NONSENSE", "NONSENSE a b c", "NONSENSE \"a\\nb\" \"c\\x00d\"", "\"a\\r\\nb\" x", "OBJECT_NONSENSE a", "get\\x00 a",
        "NONSENSE " + "0123456789012345678901234567890123456789012345678901234567890123456789 0123456789012345678901234567890123456789012345678901234567890 last",
        "NONSENSE0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789 a",
        "CLIENT REPLY SKIP", "PING", "CLIENT REPLY OFF", "PING", "GET a", "NONSENSE", "CLIENT REPLY ON", "  PING   ", "'PING' \"x y\"", "RESET",
    ];

    private static readonly string[] DescribedCommands =
    [
        "get", "set", "append", "del", "unlink", "exists", "strlen", "mget", "incr", "decr", "incrby", "decrby", "keys", "scan", "dbsize", "flushall",
        "flushdb", "info", "hello", "select", "time", "type", "setnx", "getset", "touch", "reset", "quit", "ping", "echo", "auth", "client|id",
        "client|list", "client|kill", "client|setname", "client|getname", "client|info", "client|reply", "client|no-evict", "client|help",
        "config|get", "config|resetstat", "config|help", "command|count", "command|docs", "command|info", "command|list", "command|getkeys",
        "expire", "expireat", "expiretime", "persist", "pexpire", "pexpireat", "pexpiretime", "pttl", "ttl", "getex", "setex", "psetex",
        "mset", "msetnx", "rename", "renamenx", "copy", "multi", "exec", "discard", "watch", "unwatch", "asking", "readonly", "readwrite", "cluster|countkeysinslot", "cluster|getkeysinslot", "cluster|help", "cluster|info", "cluster|keyslot",
        "cluster|myid", "cluster|nodes", "cluster|shards", "cluster|slots",
    ];

    [RedisFact]
    public void Replies_and_errors_are_those_of_redis_in_resp2() => Compare("", Corpus);

    [RedisFact]
    public void Replies_and_errors_are_those_of_redis_in_resp3()
    {
        // What changes the protocol would end the comparison in RESP3.
        string[] corpus = [.. Corpus.Where(line => !line.StartsWith("RESET", StringComparison.Ordinal))];
        Compare("HELLO 3\r\n", corpus);
    }

    [RedisTheory]
    [InlineData("")]
    [InlineData("HELLO 3\r\n")]
    public void Atomic_commands_and_transactions_are_those_of_redis(string preamble) =>
        Compare(preamble, [.. TransactionCorpus.Single, .. TransactionCorpus.Transactions], partitions: 1);

    [RedisFact]
    public void Commands_are_described_as_in_redis()
    {
        string[] lines = [.. DescribedCommands.Select(name => $"COMMAND INFO {name}")];
        Compare("", lines);
        Compare("HELLO 3\r\n", lines);
    }

    [RedisFact]
    public void Protocol_errors_are_those_of_redis_and_end_the_connection()
    {
        using RedisServer redis = new();
        foreach (string input in new[]
        {
            "*1\r\nPING\r\n", "*1\r\n:1\r\n", "*1\r\n$x\r\n", "*1\r\n$-1\r\n", "*1\r\n$01\r\n", "*x\r\n", "*+1\r\n", "*9999999999999\r\n",
            "GET \"a\r\n", "GET 'a'b\r\n", "*1\r\n$600000000\r\n", new string('a', 70_000), "*" + new string('1', 70_000), "*1\r\n$" + new string('1', 70_000),
            "POST / HTTP/1.1\r\n", "QUIT\r\nPING\r\n", "*0\r\n*-1\r\n\r\nQUIT now\r\n",
        })
        {
            using Socket socket = redis.Connect();
            using FakeConnection client = new FakeNode().Connect();
            string expected = RedisServer.Exchange(socket, input, "");
            string actual = client.Send(input) + (client.Session.CloseAfterFlush ? "<closed>" : "<open>");
            Assert.True(expected == actual, $"{input[..Math.Min(input.Length, 50)]}\nredis: {expected}\nours:  {actual}");
        }
    }

    [RedisFact]
    public void Patterns_match_the_same_keys_as_in_redis()
    {
        string[] keys = ["a", "aa", "ab", "abc", "b", "[", "]", "a*b", "a?b", "a\\b", "-", "^", "a-c", "aXb", "a]b", "hello", "hallo", "hxllo"];
        string[] patterns =
        [
            "*", "a*", "*b", "a?b", "a\\*b", "a\\?b", "a\\\\b", "[ab]", "[^ab]", "[a-b]*", "[b-a]", "[", "[a", "[^", "[]", "[\\]]", "[a-", "a[]b]b", "h[ae]llo",
            "h[^e]llo", "h*o", "**", "?", "??", "\\", "a\\", "[-]", "[^-]", "[a\\-c]", "x", "*\\*",
        ];
        IEnumerable<string> lines = keys.Select(key => FakeConnection.Encode("SET", key, "1")).Concat(
            patterns.SelectMany(pattern => keys.Select(key => FakeConnection.Encode("DEL", "only") + FakeConnection.Encode("EXISTS", "only")
                + FakeConnection.Encode("FLUSHALL") + FakeConnection.Encode("SET", key, "1") + FakeConnection.Encode("KEYS", pattern))));
        Compare("", [.. lines.Select(line => line[..^2])]);
    }

    private static void Compare(string preamble, string[] lines, int partitions = 4)
    {
        using RedisServer redis = new();
        using Socket socket = redis.Connect();
        using FakeConnection client = new FakeNode(partitions).Connect();
        RedisServer.Exchange(socket, preamble + Marker, MarkerReply);
        client.Send(preamble + Marker);
        List<string> differences = [];
        bool silent = false;
        foreach (string line in lines)
        {
            silent = line == "CLIENT REPLY OFF" || (silent && line != "CLIENT REPLY ON");
            string input = line + "\r\n" + Marker;
            if (silent || line == "CLIENT REPLY SKIP")
            {
                // No marker comes back either: what follows shows whether both kept silent.
                socket.Send(System.Text.Encoding.Latin1.GetBytes(line + "\r\n"));
                client.Send(line + "\r\n");
                continue;
            }

            string expected = RedisServer.Exchange(socket, input, MarkerReply);
            string actual = client.Send(input);
            if (expected + MarkerReply != actual)
            {
                differences.Add($"> {line}\nredis: {expected}\nours:  {actual}");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }
}
