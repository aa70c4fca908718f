using Holdfast.Api;
using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Commands;

/// <summary>What Redis cannot be asked about; the words and the replies are compared with it.</summary>
public sealed class BatchCommandTests
{
    private readonly FakeNode _node = new(partitions: 1);
    private readonly FakeConnection _client;

    public BatchCommandTests() => _client = _node.Connect();

    [Fact]
    public void A_set_of_keys_that_exist_in_part_changes_none()
    {
        _client.Call("SET", "b", "old");
        Assert.Equal(":0\r\n", _client.Call("MSETNX", "a", "1", "b", "2"));
        Assert.Equal("*2\r\n$-1\r\n$3\r\nold\r\n", _client.Call("MGET", "a", "b"));
    }

    [Fact]
    public void More_than_one_change_can_hold_is_refused()
    {
        const string Refusal = "-ERR too large for one atomic change: it has at most 10000 operations and 24 MiB\r\n";
        string[] pairs = [.. Enumerable.Range(0, 20_000).Select(i => $"{i}")];
        Assert.Equal("+OK\r\n", _client.Call(["MSET", .. pairs]));
        Assert.Equal(Refusal, _client.Call(["MSET", .. pairs, "one", "more"]));
        Assert.Equal(Refusal, _client.Call(["MSETNX", .. pairs]));
        string value = new('v', 15_000_000);
        Assert.Equal(Refusal, _client.Call("MSET", "a", value, "b", value));
        Assert.Equal(":0\r\n", _client.Call("EXISTS", "a"));
    }

    [Fact]
    public void A_value_above_the_limit_is_refused_in_redis_words()
    {
        _node.Gate.MaxValueBytes = 100_000;
        Assert.Equal(
            "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n",
            _client.Call("MSET", "a", "1", "b", new string('x', 100_001)));
        Assert.Equal("$-1\r\n", _client.Call("GET", "a"));
    }

    [Theory]
    [InlineData("MSET a 1 b 2")]
    [InlineData("MSETNX a 1 b 2")]
    [InlineData("RENAME a b")]
    [InlineData("RENAMENX a b")]
    [InlineData("COPY a b")]
    public void A_change_that_got_no_answer_says_so(string command)
    {
        _node.Gate.Fails = (_, _) => new Fault(FaultCode.Timeout, Outcome.Unknown, "late");
        Assert.Equal("-UNKNOWN outcome unknown: late\r\n", _client.Send(command + "\r\n"));
        _node.Gate.Fails = (_, _) => new Fault(FaultCode.MemoryFull, Outcome.NotApplied, "");
        Assert.Equal("-OOM command not allowed when used memory > 'maxmemory'.\r\n", _client.Send(command + "\r\n"));
    }

    [Fact]
    public void Each_keeps_its_place_in_a_pipeline()
    {
        _node.Gate.Order = ReplyOrder.Reversed;
        Assert.Equal(
            "+OK\r\n+OK\r\n$1\r\n1\r\n:0\r\n-ERR no such key\r\n:1\r\n",
            _client.Send("MSET a 1 b 2\r\nRENAME a c\r\nGET c\r\nMSETNX c 1 d 2\r\nRENAME a d\r\nCOPY c a\r\n"));
    }
}
