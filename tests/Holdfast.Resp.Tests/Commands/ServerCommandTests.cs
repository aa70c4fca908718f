using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Commands;

public sealed class ServerCommandTests : IDisposable
{
    private readonly FakeNode _node = new();
    private readonly FakeConnection _client;

    public ServerCommandTests() => _client = _node.Connect();

    public void Dispose() => _client.Dispose();

    [Fact]
    public void Info_has_the_sections_that_clients_read()
    {
        string info = _client.Call("INFO");
        foreach (string line in new[]
        {
            "# Server", "redis_version:7.0.15", "redis_mode:standalone", "tcp_port:8000", "# Clients", "connected_clients:1", "# Memory",
            "used_memory:3145728", "used_memory_human:3.00M", "loading:0", "# Replication", "role:master", "# Cluster", "cluster_enabled:0",
            "# Keyspace", "db0:keys=10,expires=0,avg_ttl=0",
        })
        {
            Assert.Contains($"{line}\r\n", info);
        }
    }

    [Fact]
    public void Info_gives_only_the_sections_asked_for()
    {
        Assert.Equal("$33\r\n# Cluster\r\ncluster_enabled:0\r\n".Length - 5 + 2, _client.Call("INFO", "cluster").Length - 5);
        string two = _client.Call("INFO", "keyspace", "CLUSTER");
        Assert.Contains("# Cluster", two);
        Assert.Contains("# Keyspace", two);
        Assert.DoesNotContain("# Server", two);
        Assert.Equal("$0\r\n\r\n", _client.Call("INFO", "nonsense"));
        _client.Call("HELLO", "3");
        Assert.StartsWith("=34\r\ntxt:# Cluster\r\n", _client.Call("INFO", "cluster"));
    }

    [Fact]
    public void Info_counts_commands_and_connections_until_they_are_reset()
    {
        _client.Call("PING");
        Assert.Contains("total_commands_processed:2\r\n", _client.Call("INFO", "stats"));
        _node.Connect(remote: "127.0.0.1:6000").Dispose();
        Assert.Contains("total_connections_received:2\r\n", _client.Call("INFO", "stats"));
        Assert.Equal("+OK\r\n", _client.Call("CONFIG", "RESETSTAT"));
        Assert.Contains("total_connections_received:0\r\ntotal_commands_processed:1\r\n", _client.Call("INFO", "stats"));
    }

    [Fact]
    public void Config_get_matches_patterns()
    {
        Assert.Equal("*4\r\n$10\r\nappendonly\r\n$3\r\nyes\r\n$4\r\nsave\r\n$0\r\n\r\n", _client.Call("CONFIG", "GET", "save", "appendonly"));
        Assert.Equal("*2\r\n$18\r\nproto-max-bulk-len\r\n$8\r\n16777216\r\n", _client.Call("CONFIG", "GET", "PROTO-*"));
        Assert.Equal("*0\r\n", _client.Call("CONFIG", "GET", "nothing"));
        _client.Call("HELLO", "3");
        Assert.Equal("%1\r\n$9\r\ndatabases\r\n$1\r\n1\r\n", _client.Call("CONFIG", "GET", "databases"));
    }

    [Fact]
    public void Time_is_seconds_and_microseconds() =>
        Assert.Equal("*2\r\n$10\r\n1700000000\r\n$6\r\n123456\r\n", _client.Call("TIME"));

    [Fact]
    public void Every_command_of_the_table_is_listed_counted_and_documented()
    {
        string list = _client.Call("COMMAND", "LIST");
        int count = int.Parse(_client.Call("COMMAND", "COUNT")[1..]);
        Assert.StartsWith($"*{count}\r\n", list);
        Assert.StartsWith($"*{count}\r\n", _client.Call("COMMAND"));
        Assert.StartsWith($"*{count * 2}\r\n", _client.Call("COMMAND", "DOCS"));
        foreach (string name in new[] { "get", "set", "client", "command", "flushall", "scan" })
        {
            Assert.Contains($"\r\n{name}\r\n", list);
        }
    }

    [Fact]
    public void Commands_can_be_filtered_and_their_keys_found()
    {
        Assert.Equal("*3\r\n$3\r\nget\r\n$6\r\ngetset\r\n$5\r\ngetex\r\n", _client.Call("COMMAND", "LIST", "FILTERBY", "PATTERN", "get*"));
        Assert.Contains("flushall", _client.Call("COMMAND", "LIST", "FILTERBY", "ACLCAT", "dangerous"));
        Assert.Equal("*2\r\n$1\r\na\r\n$1\r\nb\r\n", _client.Call("COMMAND", "GETKEYS", "MGET", "a", "b"));
        Assert.Equal("-ERR The command has no key arguments\r\n", _client.Call("COMMAND", "GETKEYS", "KEYS", "a"));
        Assert.Equal("-ERR Invalid command specified\r\n", _client.Call("COMMAND", "GETKEYS", "FOO", "a"));
        Assert.StartsWith("*2\r\n$-1\r\n*10\r\n$9\r\nclient|id\r\n:2\r\n", _client.Call("COMMAND", "INFO", "foo", "client|id"));
    }

    [Fact]
    public void Containers_explain_their_subcommands()
    {
        Assert.Contains("+SETNAME\r\n+    Set the current connection name.\r\n", _client.Call("CLIENT", "HELP"));
        Assert.Contains("+GET\r\n", _client.Call("CONFIG", "HELP"));
        Assert.Contains("+COUNT\r\n", _client.Call("COMMAND", "HELP"));
    }
}
