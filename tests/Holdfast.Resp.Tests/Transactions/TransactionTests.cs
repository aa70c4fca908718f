using Holdfast.Api;
using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Transactions;

public sealed class TransactionTests : IDisposable
{
    private const string Aborted = "-EXECABORT Transaction discarded because of previous errors.\r\n";

    private readonly FakeNode _node = new(partitions: 1);
    private readonly FakeConnection _client;

    public TransactionTests() => _client = _node.Connect();

    public static TheoryData<string> Queueable =>
    [
        "SET k v", "SET k v NX", "SET k v XX GET", "SET k v EX 100 GET", "SET absent v XX", "SETNX k v", "SETNX absent v", "SETEX k 100 v",
        "PSETEX k 100000 v", "SETEX k 0 v", "GET k", "GET absent", "GETSET k v", "GETSET absent v", "GETEX k PERSIST", "GETEX k", "GETEX absent EX 1",
        "APPEND k x", "APPEND absent x", "STRLEN k", "STRLEN absent", "INCR n", "DECR n", "INCRBY n 5", "DECRBY n 5", "INCR k", "INCRBY n x",
        "DEL k", "DEL absent", "DEL k n absent", "UNLINK k", "EXISTS k", "EXISTS k absent k", "TOUCH k n", "TYPE k", "TYPE absent",
        "MGET k absent n", "MGET k", "MSET k 1 absent 2", "MSET k 1 absent", "RENAME k other", "RENAME absent other", "RENAMENX k n", "RENAMENX k other",
        "COPY k n", "COPY k other", "COPY k n REPLACE", "COPY absent n", "COPY k k", "EXPIRE k 100", "EXPIRE absent 100", "EXPIRE k 5 XX", "PEXPIRE k 9000",
        "EXPIREAT k 1800000000", "PEXPIREAT e 1800000000123 GT", "PEXPIREAT e 1 GT", "TTL e", "PTTL e", "EXPIRETIME e", "PEXPIRETIME e", "TTL k",
        "PTTL absent", "PERSIST e", "PERSIST k", "PERSIST absent", "PING", "PING x", "ECHO x", "TIME", "SELECT 0", "SELECT 1",
    ];

    public void Dispose() => _client.Dispose();

    [Theory]
    [MemberData(nameof(Queueable))]
    public void A_queued_command_answers_as_it_does_by_itself(string command)
    {
        foreach (string version in new[] { "2", "3" })
        {
            string alone = Prepared(version).Send(command + "\r\n");
            Assert.Equal($"+OK\r\n+QUEUED\r\n*1\r\n{alone}", Prepared(version).Send($"MULTI\r\n{command}\r\nEXEC\r\n"));
        }

        static FakeConnection Prepared(string version)
        {
            FakeConnection client = new FakeNode(partitions: 1).Connect();
            client.Send($"HELLO {version}\r\nMSET k text n 10\r\nSET e v PXAT 1700000100500\r\n");
            return client;
        }
    }

    [Theory]
    [InlineData("MSETNX a 1 b 2", "msetnx")]
    [InlineData("KEYS *", "keys")]
    [InlineData("SCAN 0", "scan")]
    [InlineData("DBSIZE", "dbsize")]
    [InlineData("FLUSHALL", "flushall")]
    [InlineData("INFO", "info")]
    [InlineData("CONFIG GET save", "config|get")]
    [InlineData("CLIENT REPLY OFF", "client|reply")]
    [InlineData("HELLO 3", "hello")]
    [InlineData("CLUSTER INFO", "cluster|info")]
    [InlineData("READONLY", "readonly")]
    public void What_a_batch_cannot_express_is_refused_and_the_transaction_with_it(string command, string name)
    {
        Assert.Equal("+OK\r\n+QUEUED\r\n", _client.Send("MULTI\r\nSET a 1\r\n"));
        Assert.Equal($"-ERR '{name}' is not allowed in a transaction\r\n", _client.Send(command + "\r\n"));
        Assert.Equal("+QUEUED\r\n" + Aborted + "+PONG\r\n", _client.Send("SET b 1\r\nEXEC\r\nPING\r\n"));
        Assert.Empty(_node.Gate.Log);
    }

    [Fact]
    public void A_transaction_is_one_request_that_is_sent_with_EXEC()
    {
        Assert.Equal("+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n", _client.Send("MULTI\r\nSET a 1\r\nINCR a\r\nMGET a b\r\n"));
        Assert.Empty(_node.Gate.Log);
        Assert.Equal("*3\r\n+OK\r\n:2\r\n*2\r\n$1\r\n2\r\n$-1\r\n", _client.Call("EXEC"));
        Assert.Equal(["Sequential: Put a, Increment a, Get a, Get b"], _node.Gate.Log);
    }

    [Fact]
    public void A_command_that_fails_does_not_prevent_the_others()
    {
        Assert.Equal(
            "+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n+OK\r\n-ERR value is not an integer or out of range\r\n$1\r\nx\r\n",
            _client.Send("MULTI\r\nSET a x\r\nINCR a\r\nGET a\r\nEXEC\r\n"));
    }

    [Fact]
    public void What_asks_nothing_of_the_store_is_answered_without_it()
    {
        Assert.Equal("+OK\r\n*0\r\n", _client.Send("MULTI\r\nEXEC\r\n"));
        Assert.Equal("+OK\r\n+QUEUED\r\n*1\r\n+PONG\r\n", _client.Send("MULTI\r\nPING\r\nEXEC\r\n"));
        Assert.Empty(_node.Gate.Log);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a-key-that-is-too-long")]
    public void A_key_that_cannot_be_one_is_refused_when_queued(string kind)
    {
        string key = kind.Length == 0 ? "" : new string('k', Limits.MaxKeyBytes + 1);
        _client.Call("MULTI");
        Assert.Equal("-ERR invalid-key not-applied: a key has 1 to 4096 bytes\r\n", _client.Call("GET", key));
        Assert.Equal(Aborted, _client.Call("EXEC"));
    }

    [Fact]
    public void Nothing_is_queued_before_the_partitions_are_known()
    {
        _node.Gate.PartitionCount = 0;
        _client.Call("MULTI");
        Assert.StartsWith("-LOADING ", _client.Call("GET", "a"));
        Assert.Equal(Aborted, _client.Call("EXEC"));
    }

    [Fact]
    public void A_transaction_that_grows_too_large_is_refused_where_it_does()
    {
        const string Refusal = "-ERR too large for one atomic change: it has at most 10000 operations and 24 MiB\r\n";
        string value = new('v', 10_000_000);
        _client.Call("MULTI");
        Assert.Equal("+QUEUED\r\n", _client.Call("SET", "a", value));
        Assert.Equal("+QUEUED\r\n", _client.Call("MSET", "a", "1", "b", value));
        Assert.Equal(Refusal, _client.Call("SET", "c", value));
        Assert.Equal("+QUEUED\r\n", _client.Call("GET", "c"));
        Assert.Equal(Aborted, _client.Call("EXEC"));

        _client.Call("MULTI");
        Assert.Equal("+QUEUED\r\n", _client.Call(["MGET", .. Enumerable.Repeat("k", 9_999)]));
        Assert.Equal("+QUEUED\r\n", _client.Call("GET", "k"));
        Assert.Equal(Refusal, _client.Call("DEL", "k"));
        Assert.Equal("+OK\r\n", _client.Call("DISCARD"));

        Assert.Equal(
            "+OK\r\n" + string.Concat(Enumerable.Repeat("+QUEUED\r\n", 10_000)) + Refusal + Aborted,
            _client.Send("MULTI\r\n" + string.Concat(Enumerable.Repeat("PING\r\n", 10_001)) + "EXEC\r\n"));
        Assert.Empty(_node.Gate.Log);
    }

    [Theory]
    [InlineData("SET a 1", Outcome.Unknown, "-UNKNOWN outcome unknown: late\r\n")]
    [InlineData("RENAME a b", Outcome.Unknown, "-UNKNOWN outcome unknown: late\r\n")]
    [InlineData("GET a", Outcome.Unknown, "-TRYAGAIN not-applied: late\r\n")]
    [InlineData("SET a 1", Outcome.NotApplied, "-TRYAGAIN not-applied: late\r\n")]
    public void A_transaction_that_got_no_answer_says_whether_it_took_effect(string command, Outcome outcome, string expected)
    {
        _node.Gate.Fails = (_, _) => new Fault(FaultCode.Timeout, outcome, "late");
        Assert.Equal("+OK\r\n+QUEUED\r\n" + expected + "+PONG\r\n", _client.Send($"MULTI\r\n{command}\r\nEXEC\r\nPING\r\n"));
    }

    [Theory]
    [InlineData(ReplyOrder.AsSent)]
    [InlineData(ReplyOrder.Reversed)]
    public void The_reply_keeps_its_place_among_those_of_the_connection(ReplyOrder order)
    {
        _node.Gate.Order = order;
        Assert.Equal(
            "+OK\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n$1\r\n1\r\n:2\r\n$1\r\n2\r\n+PONG\r\n",
            _client.Send("SET a 1\r\nMULTI\r\nGET a\r\nINCR a\r\nEXEC\r\nGET a\r\nPING\r\n"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(17)]
    public void Transactions_mean_the_same_however_input_and_replies_are_cut(int chunk)
    {
        string input = FakeConnection.Encode("WATCH", "a", "b") + "GET a\r\n" + FakeConnection.Encode("MULTI") + "PING\r\n"
            + FakeConnection.Encode("SET", "a", "1") + FakeConnection.Encode("MGET", "a", "b") + FakeConnection.Encode("EXEC") + "EXEC\r\n";
        string output = "";
        for (int i = 0; i < input.Length; i += chunk)
        {
            _client.Feed(input.Substring(i, Math.Min(chunk, input.Length - i)));
            _node.Gate.Deliver(i % 3);
            output += _client.Take();
        }

        Assert.Equal(
            "+OK\r\n$-1\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n+PONG\r\n+OK\r\n*2\r\n$1\r\n1\r\n$-1\r\n-ERR EXEC without MULTI\r\n",
            output + _client.Send(""));
    }

    [Fact]
    public void A_client_without_replies_gets_none_from_its_transactions()
    {
        Assert.Equal("", _client.Send("CLIENT REPLY OFF\r\nWATCH a\r\nMULTI\r\nSET a 1\r\nPING\r\nEXEC\r\nMULTI\r\nEXEC\r\n"));
        Assert.Equal("+OK\r\n$1\r\n1\r\n", _client.Send("CLIENT REPLY ON\r\nGET a\r\n"));
    }

    [Fact]
    public void A_connection_that_closes_drops_its_transaction()
    {
        _client.Send("WATCH w\r\nMULTI\r\nSET a 1\r\n");
        _client.Feed("EXEC\r\nGET a\r\n");
        _client.Dispose();
        Assert.Equal("", _client.Take());
        Assert.Equal(0, _node.Gate.OpenSessions);
    }

    [Fact]
    public void Others_see_how_much_is_queued()
    {
        using FakeConnection other = _node.Connect();
        _client.Send("MULTI\r\nGET a\r\nPING\r\n");
        Assert.Contains(" flags=x db=0 sub=0 psub=0 ssub=0 multi=2 ", other.Call("CLIENT", "LIST"));
        _client.Call("EXEC");
        Assert.DoesNotContain("multi=2", other.Call("CLIENT", "LIST"));
    }

    [Fact]
    public void An_argument_that_is_too_long_ends_the_transaction()
    {
        _client.Call("MULTI");
        Assert.StartsWith("-ERR ", _client.Call("SET", "a", new string('v', _node.Gate.MaxValueBytes + 1)));
        Assert.Equal(Aborted, _client.Call("EXEC"));
    }
}
