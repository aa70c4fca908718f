using Holdfast.Api;
using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Transactions;

public sealed class WatchTests : IDisposable
{
    private readonly FakeNode _node = new(partitions: 1);
    private readonly FakeConnection _client;
    private readonly FakeConnection _other;

    public WatchTests()
    {
        _client = _node.Connect();
        _other = _node.Connect();
        _other.Call("SET", "k", "1");
    }

    public void Dispose()
    {
        _client.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData("SET k 2")]
    [InlineData("SET k 1")]
    [InlineData("APPEND k x")]
    [InlineData("INCR k")]
    [InlineData("EXPIRE k 100")]
    [InlineData("DEL k")]
    [InlineData("SET absent 1")]
    [InlineData("RENAME k elsewhere")]
    public void A_transaction_does_nothing_when_another_connection_changed_a_watched_key(string change)
    {
        foreach (string version in new[] { "2", "3" })
        {
            _client.Send($"HELLO {version}\r\n");
            _other.Send("DEL absent mine\r\nSET k 1\r\n");
            Assert.Equal("+OK\r\n", _client.Call("WATCH", "k", "absent"));
            _other.Send(change + "\r\n");
            string none = version == "3" ? "_\r\n" : "*-1\r\n";
            Assert.Equal("+OK\r\n+QUEUED\r\n" + none, _client.Send("MULTI\r\nSET mine 1\r\nEXEC\r\n"));
            Assert.Equal(":0\r\n", _other.Call("EXISTS", "mine"));
        }
    }

    [Fact]
    public void A_transaction_is_carried_out_when_the_watched_keys_are_as_they_were()
    {
        _client.Call("WATCH", "k", "absent");
        _other.Send("GET k\r\nSET unwatched 1\r\n");
        Assert.Equal("+OK\r\n+QUEUED\r\n*1\r\n:2\r\n", _client.Send("MULTI\r\nINCR k\r\nEXEC\r\n"));
        Assert.Equal("Sequential: Check k, Check absent, Increment k", _node.Gate.Log[^1]);
    }

    [Fact]
    public void A_change_after_MULTI_counts_as_well()
    {
        _client.Send("WATCH k\r\nMULTI\r\nINCR k\r\n");
        _other.Call("SET", "k", "7");
        Assert.Equal("*-1\r\n", _client.Call("EXEC"));
    }

    [Fact]
    public void A_watched_key_that_expired_has_changed()
    {
        _other.Call("SET", "k", "1", "PX", "1000");
        _client.Call("WATCH", "k");
        _node.Clock.UnixTimeMicroseconds += 1_000_000;
        Assert.Equal("+OK\r\n+QUEUED\r\n*-1\r\n", _client.Send("MULTI\r\nPING\r\nEXEC\r\n"));
    }

    [Fact]
    public void Checks_hold_without_operations()
    {
        _client.Call("WATCH", "k");
        Assert.Equal("+OK\r\n*0\r\n", _client.Send("MULTI\r\nEXEC\r\n"));
        Assert.Equal("Sequential: Check k", _node.Gate.Log[^1]);
        _client.Call("WATCH", "k");
        _other.Call("SET", "k", "2");
        Assert.Equal("+OK\r\n*-1\r\n", _client.Send("MULTI\r\nEXEC\r\n"));
    }

    [Theory]
    [InlineData("UNWATCH")]
    [InlineData("MULTI\r\nDISCARD")]
    [InlineData("MULTI\r\nEXEC")]
    [InlineData("MULTI\r\nPING\r\nNONSENSE\r\nEXEC")]
    [InlineData("EXEC now")]
    [InlineData("RESET")]
    public void What_is_watched_is_forgotten(string end)
    {
        _client.Call("WATCH", "k");
        _other.Call("SET", "k", "2");
        _client.Send(end + "\r\n");
        Assert.Equal("+OK\r\n+QUEUED\r\n*1\r\n$1\r\n2\r\n", _client.Send("MULTI\r\nGET k\r\nEXEC\r\n"));
    }

    [Fact]
    public void What_follows_a_watch_waits_until_the_keys_were_read()
    {
        _client.Feed("WATCH k\r\nMULTI\r\nINCR k\r\nEXEC\r\n");
        Assert.Equal(["Put k", "Measure k"], _node.Gate.Log);
        Assert.False(_client.Session.WantsInput);
        Assert.Equal("+OK\r\n+OK\r\n+QUEUED\r\n*1\r\n:2\r\n", _client.Send(""));
    }

    [Fact]
    public void Keys_that_could_not_be_read_are_not_watched()
    {
        _node.Gate.Fails = (operation, key) => operation == Operation.Measure && key == "b"
            ? new Fault(FaultCode.NoLeader, Outcome.NotApplied, "nobody")
            : null;
        Assert.Equal("-CLUSTERDOWN not-applied: nobody\r\n", _client.Call("WATCH", "a", "b", "c"));
        Assert.Equal("+OK\r\n+QUEUED\r\n*1\r\n$-1\r\n", _client.Send("MULTI\r\nGET a\r\nEXEC\r\n"));
        Assert.Equal("Sequential: Get a", _node.Gate.Log[^1]);
    }

    [Fact]
    public void Many_keys_are_read_in_windows()
    {
        string[] keys = [.. Enumerable.Range(0, 600).Select(i => $"w{i}")];
        _client.Feed(FakeConnection.Encode(["WATCH", .. keys]));
        Assert.Equal(256, _node.Gate.Log.Count(entry => entry.StartsWith("Measure", StringComparison.Ordinal)));
        Assert.Equal("+OK\r\n", _client.Send(""));
        _other.Call("SET", "w599", "1");
        Assert.Equal("+OK\r\n*-1\r\n", _client.Send("MULTI\r\nEXEC\r\n"));
    }

    [Fact]
    public void More_keys_than_a_transaction_can_check_are_not_watched()
    {
        string[] keys = [.. Enumerable.Range(0, 6_000).Select(i => $"w{i}")];
        Assert.Equal("+OK\r\n", _client.Call(["WATCH", .. keys]));
        Assert.Equal("-ERR too large for one atomic change: it has at most 10000 operations and 24 MiB\r\n", _client.Call(["WATCH", .. keys]));
        string[] queued = [.. keys.Take(4_001)];
        Assert.Equal("+OK\r\n", _client.Call("MULTI"));
        Assert.StartsWith("-ERR too large", _client.Call(["EXISTS", .. queued]));
    }

    [Fact]
    public void Two_that_watch_one_key_cannot_both_win()
    {
        foreach (FakeConnection client in new[] { _client, _other })
        {
            client.Send("WATCH k\r\nGET k\r\nMULTI\r\nSET k 2\r\n");
        }

        Assert.Equal("*1\r\n+OK\r\n", _client.Call("EXEC"));
        Assert.Equal("*-1\r\n", _other.Call("EXEC"));
    }
}
