using Holdfast.Api;
using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Session;

public sealed class FaultTests : IDisposable
{
    private readonly FakeNode _node = new();
    private readonly FakeConnection _client;

    public FaultTests() => _client = _node.Connect();

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData(FaultCode.NoLeader, "-CLUSTERDOWN not-applied: why\r\n")]
    [InlineData(FaultCode.Stopping, "-CLUSTERDOWN not-applied: why\r\n")]
    [InlineData(FaultCode.Starting, "-LOADING Holdfast is starting: why\r\n")]
    [InlineData(FaultCode.Overloaded, "-TRYAGAIN not-applied: why\r\n")]
    [InlineData(FaultCode.Timeout, "-TRYAGAIN not-applied: why\r\n")]
    [InlineData(FaultCode.MemoryFull, "-OOM command not allowed when used memory > 'maxmemory'.\r\n")]
    [InlineData(FaultCode.DiskFull, "-ERR disk-full not-applied: why\r\n")]
    [InlineData(FaultCode.NotAnInteger, "-ERR value is not an integer or out of range\r\n")]
    [InlineData(FaultCode.Overflow, "-ERR increment or decrement would overflow\r\n")]
    [InlineData(FaultCode.ValueTooLarge, "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n")]
    [InlineData(FaultCode.Unsupported, "-ERR unsupported not-applied: why\r\n")]
    public void A_fault_that_was_not_applied_has_its_own_words(FaultCode code, string expected)
    {
        _node.Gate.Fails = (_, _) => new Fault(code, Outcome.NotApplied, "why");
        Assert.Equal(expected, _client.Call("INCR", "k"));
        Assert.Equal(expected, _client.Call("DEL", "a", "b"));
        Assert.Equal(expected, _client.Call("FLUSHALL"));
    }

    [Theory]
    [InlineData(FaultCode.Timeout)]
    [InlineData(FaultCode.NoLeader)]
    [InlineData(FaultCode.Overloaded)]
    public void A_write_whose_outcome_is_unknown_is_never_called_retriable(FaultCode code)
    {
        _node.Gate.Fails = (_, _) => new Fault(code, Outcome.Unknown, "why");
        Assert.Equal("-UNKNOWN outcome unknown: why\r\n", _client.Call("SET", "k", "v"));
        Assert.Equal("-UNKNOWN outcome unknown: why\r\n", _client.Call("DEL", "a", "b"));
        Assert.Equal("-UNKNOWN outcome unknown: why\r\n", _client.Call("FLUSHALL"));
    }

    [Fact]
    public void A_read_that_timed_out_can_be_tried_again()
    {
        _node.Gate.Fails = (_, _) => new Fault(FaultCode.Timeout, Outcome.Unknown, "why");
        foreach (string[] read in new string[][] { ["GET", "k"], ["MGET", "a", "b"], ["EXISTS", "a", "b"], ["KEYS", "*"], ["SCAN", "0"], ["DBSIZE"] })
        {
            Assert.Equal("-TRYAGAIN not-applied: why\r\n", _client.Call(read));
        }
    }

    [Fact]
    public void A_command_of_which_a_part_was_done_has_an_unknown_outcome()
    {
        _client.Call("SET", "a", "1");
        _node.Gate.Fails = (_, key) => key == "b" ? new Fault(FaultCode.NoLeader, Outcome.NotApplied, "no leader\r\nfor b") : null;
        Assert.Equal("-UNKNOWN outcome unknown: done in part, then: CLUSTERDOWN not-applied: no leader  for b\r\n", _client.Call("DEL", "a", "b"));

        // Now nothing is there to delete, so nothing was done.
        Assert.Equal("-CLUSTERDOWN not-applied: no leader  for b\r\n", _client.Call("DEL", "a", "b"));
        Assert.Equal("-CLUSTERDOWN not-applied: no leader  for b\r\n", _client.Call("MGET", "a", "b"));
    }

    [Fact]
    public void An_unknown_outcome_of_a_part_outweighs_another_parts_fault()
    {
        _node.Gate.Fails = (_, key) => new Fault(FaultCode.Timeout, key == "b" ? Outcome.Unknown : Outcome.NotApplied, "of " + key);
        Assert.Equal("-UNKNOWN outcome unknown: of b\r\n", _client.Call("DEL", "a", "b", "c"));
    }

    [Fact]
    public void A_flush_that_some_partitions_refused_was_done_in_part()
    {
        _node.Gate.Fails = (_, partition) => partition == "2" ? new Fault(FaultCode.NoLeader, Outcome.NotApplied, "why") : null;
        Assert.StartsWith("-UNKNOWN outcome unknown: done in part", _client.Call("FLUSHALL"));
        Assert.Equal("-CLUSTERDOWN not-applied: why\r\n", _client.Call("DBSIZE"));
        Assert.Equal("-CLUSTERDOWN not-applied: why\r\n", _client.Call("KEYS", "*"));
    }

    [Fact]
    public void A_node_that_does_not_know_its_partitions_serves_no_data_but_answers()
    {
        _node.Gate.PartitionCount = 0;
        foreach (string[] call in new string[][] { ["GET", "k"], ["SET", "k", "v"], ["DBSIZE"], ["SCAN", "0"], ["MGET", "a", "b"] })
        {
            Assert.StartsWith("-LOADING Holdfast is starting: ", _client.Call(call));
        }

        Assert.Equal("+PONG\r\n", _client.Call("PING"));
        Assert.Contains("loading:1\r\n", _client.Call("INFO"));
        Assert.Equal("-ERR wrong number of arguments for 'get' command\r\n", _client.Call("GET"));
    }

    [Theory]
    [InlineData("*1\r\nPING\r\n", "-ERR Protocol error: expected '$', got 'P'\r\n")]
    [InlineData("*1\r\n\r\nxx", "-ERR Protocol error: expected '$', got ' '\r\n")]
    [InlineData("*a\r\n", "-ERR Protocol error: invalid multibulk length\r\n")]
    [InlineData("GET \"a\r\n", "-ERR Protocol error: unbalanced quotes in request\r\n")]
    public void A_protocol_error_is_answered_after_the_replies_before_it_and_ends_the_connection(string input, string expected)
    {
        _client.Feed("GET a\r\n" + input + "SET b 1\r\n");
        Assert.False(_client.Session.WantsInput);
        Assert.False(_client.Session.CloseAfterFlush);
        _node.Gate.DeliverAll();
        Assert.Equal("$-1\r\n" + expected, _client.Take());
        Assert.True(_client.Session.CloseAfterFlush);
        Assert.Equal(["Get a"], _node.Gate.Log);
    }

    [Fact]
    public void A_closed_session_drops_replies_that_are_still_to_come()
    {
        _client.Feed("GET a\r\nMGET a b\r\n");
        _client.Dispose();
        _client.Session.OnReplies([1, 2, 3]);
        Assert.Equal("", _client.Take());
        Assert.False(_client.Session.WantsInput);
    }
}
