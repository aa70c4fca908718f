using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Commands;

public sealed class KeyCommandTests : IDisposable
{
    private readonly FakeNode _node = new();
    private readonly FakeConnection _client;

    public KeyCommandTests() => _client = _node.Connect();

    public void Dispose() => _client.Dispose();

    [Fact]
    public void Deleting_counts_the_keys_that_were_there()
    {
        Fill("a", "b", "c");
        Assert.Equal(":1\r\n", _client.Call("DEL", "a"));
        Assert.Equal(":0\r\n", _client.Call("DEL", "a"));
        Assert.Equal(":2\r\n", _client.Call("UNLINK", "a", "b", "c", "c"));
    }

    [Fact]
    public void Existence_counts_a_key_as_often_as_it_is_named()
    {
        Fill("a", "b");
        _client.Call("SET", "empty", "");
        Assert.Equal(":1\r\n", _client.Call("EXISTS", "a"));
        Assert.Equal(":0\r\n", _client.Call("EXISTS", "absent"));
        Assert.Equal(":4\r\n", _client.Call("EXISTS", "a", "a", "b", "absent", "empty"));
        Assert.Equal(":2\r\n", _client.Call("TOUCH", "a", "absent", "b"));
    }

    [Fact]
    public void The_type_of_a_key_is_string_or_none()
    {
        Fill("a");
        Assert.Equal("+string\r\n", _client.Call("TYPE", "a"));
        Assert.Equal("+none\r\n", _client.Call("TYPE", "absent"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(1024)]
    public void The_size_is_the_sum_over_partitions_and_flushing_empties_them_all(int partitions)
    {
        FakeNode node = new(partitions);
        using FakeConnection client = node.Connect();
        for (int i = 0; i < 50; i++)
        {
            client.Call("SET", $"k{i}", "v");
        }

        Assert.Equal(":50\r\n", client.Call("DBSIZE"));
        Assert.Equal("+OK\r\n", client.Call("FLUSHALL"));
        Assert.Equal(":0\r\n", client.Call("DBSIZE"));
    }

    [Theory]
    [InlineData("FLUSHALL", "ASYNC")]
    [InlineData("FLUSHDB", "sync")]
    [InlineData("FLUSHDB")]
    public void Flushing_takes_the_modes_of_redis(params string[] command)
    {
        Fill("a", "b");
        Assert.Equal("+OK\r\n", _client.Call(command));
        Assert.Equal(":0\r\n", _client.Call("DBSIZE"));
    }

    [Fact]
    public void Keys_lists_what_matches_over_all_partitions_and_pages()
    {
        string[] keys = [.. Enumerable.Range(0, 40).Select(i => $"user:{i:D2}")];
        Fill([.. keys, "other", "use"]);
        Assert.Equal(keys, Elements(_client.Call("KEYS", "user:*")).Order());
        Assert.Equal(["user:07", "user:17", "user:27", "user:37"], Elements(_client.Call("KEYS", "user:[0-9]7")).Order());
        Assert.Equal(["other"], Elements(_client.Call("KEYS", "other")));
        Assert.Equal("*0\r\n", _client.Call("KEYS", "nothing*"));
        Assert.Equal(42, Elements(_client.Call("KEYS", "*")).Length);
    }

    [Fact]
    public void Keys_refuses_more_keys_than_its_limit_and_names_scan()
    {
        using FakeConnection client = _node.Connect(new RespOptions { MaxKeysReply = 10 });
        Fill([.. Enumerable.Range(0, 10).Select(i => $"k{i}")]);
        Assert.Equal(10, Elements(client.Call("KEYS", "*")).Length);
        Fill("one-more");
        Assert.Equal("-ERR too many keys match for one reply of KEYS: use SCAN\r\n", client.Call("KEYS", "*"));
        Assert.Equal("+PONG\r\n", client.Call("PING"));
    }

    [Theory]
    [InlineData(1, "10")]
    [InlineData(4, "1")]
    [InlineData(4, "7")]
    [InlineData(7, "1000")]
    [InlineData(1024, "3")]
    public void A_scan_returns_every_key_once_and_ends(int partitions, string count)
    {
        FakeNode node = new(partitions);
        using FakeConnection client = node.Connect();
        string[] keys = [.. Enumerable.Range(0, 200).Select(i => $"key{i}").Order(StringComparer.Ordinal)];
        foreach (string key in keys)
        {
            client.Call("SET", key, "v");
        }

        List<string> seen = [];
        string cursor = "0";
        int calls = 0;
        do
        {
            string[] page = Elements(client.Call("SCAN", cursor, "COUNT", count));
            cursor = page[0];
            seen.AddRange(page[1..]);
            Assert.InRange(++calls, 1, 2000);
        }
        while (cursor != "0");
        Assert.Equal(keys, seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_small_key_space_is_scanned_in_one_call()
    {
        Fill("a", "b", "c");
        string[] page = Elements(_client.Call("SCAN", "0"));
        Assert.Equal("0", page[0]);
        Assert.Equal(["a", "b", "c"], page[1..].Order());
    }

    [Fact]
    public void A_scan_filters_by_pattern_and_type()
    {
        Fill("a1", "a2", "b1");
        Assert.Equal(["a1", "a2"], Elements(_client.Call("SCAN", "0", "MATCH", "a*", "COUNT", "100"))[1..].Order());
        Assert.Equal(3, Elements(_client.Call("SCAN", "0", "TYPE", "string"))[1..].Length);
        Assert.Equal("*2\r\n$1\r\n0\r\n*0\r\n", _client.Call("SCAN", "0", "TYPE", "hash"));
    }

    [Theory]
    [InlineData("-ERR invalid cursor\r\n", "x")]
    [InlineData("-ERR invalid cursor\r\n", "-1")]
    [InlineData("-ERR invalid cursor\r\n", "9007199254740992")]
    [InlineData("-ERR syntax error\r\n", "0", "COUNT", "0")]
    [InlineData("-ERR syntax error\r\n", "0", "COUNT")]
    [InlineData("-ERR syntax error\r\n", "0", "FOO", "1")]
    [InlineData("-ERR value is not an integer or out of range\r\n", "0", "COUNT", "x")]
    public void A_malformed_scan_is_refused(string expected, params string[] arguments) =>
        Assert.Equal(expected, _client.Call(["SCAN", .. arguments]));

    [Theory]
    [InlineData("GET")]
    [InlineData("DEL", "a")]
    [InlineData("MGET", "a")]
    public void A_key_that_is_empty_or_too_long_is_refused_before_anything_is_done(params string[] start)
    {
        const string Refusal = "-ERR invalid-key not-applied: a key has 1 to 4096 bytes\r\n";
        Assert.Equal(Refusal, _client.Call([.. start, ""]));
        Assert.Equal(Refusal, _client.Call([.. start, new string('k', 4097)]));
        Assert.Empty(_node.Gate.Log);
        Assert.DoesNotContain("-ERR", _client.Call([.. start, new string('k', 4096)]));
    }

    private static string[] Elements(string reply) => [.. reply.Split("\r\n").Where((line, i) => i > 0 && line.Length > 0 && line[0] is not ('$' or '*'))];

    private void Fill(params string[] keys)
    {
        foreach (string key in keys)
        {
            _client.Call("SET", key, "v");
        }
    }
}
