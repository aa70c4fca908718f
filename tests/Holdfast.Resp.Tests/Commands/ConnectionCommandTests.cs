using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Commands;

public sealed class ConnectionCommandTests : IDisposable
{
    private readonly FakeNode _node = new();
    private readonly FakeConnection _client;

    public ConnectionCommandTests() => _client = _node.Connect();

    public void Dispose() => _client.Dispose();

    [Fact]
    public void A_ping_is_answered_with_its_message()
    {
        Assert.Equal("+PONG\r\n", _client.Call("PING"));
        Assert.Equal("$2\r\nhi\r\n", _client.Call("ping", "hi"));
        Assert.Equal("$2\r\nhi\r\n", _client.Call("ECHO", "hi"));
    }

    [Fact]
    public void Inline_commands_work_with_quotes()
    {
        Assert.Equal("+PONG\r\n", _client.Send("PING\r\n"));
        Assert.Equal("+OK\r\n", _client.Send("  set \"a key\" 'a value'  \n"));
        Assert.Equal("$7\r\na value\r\n", _client.Send("GET \"a\\x20key\"\r\n"));
        Assert.Equal("", _client.Send("\r\n\n   \r\n"));
    }

    [Fact]
    public void Hello_switches_the_protocol_and_describes_the_server()
    {
        Assert.StartsWith("*14\r\n$6\r\nserver\r\n$5\r\nredis\r\n", _client.Call("HELLO"));
        string hello = _client.Call("HELLO", "3", "SETNAME", "me");
        Assert.StartsWith("%7\r\n", hello);
        Assert.Contains("$5\r\nproto\r\n:3\r\n", hello);
        Assert.Equal("$2\r\nme\r\n", _client.Call("CLIENT", "GETNAME"));
        Assert.StartsWith("*14\r\n", _client.Call("HELLO", "2"));
    }

    [Fact]
    public void Replies_keep_the_protocol_of_their_time()
    {
        _client.Feed("GET a\r\nHELLO 3\r\nGET a\r\n");
        _node.Gate.DeliverAll();
        string replies = _client.Take();
        Assert.StartsWith("$-1\r\n%7\r\n", replies);
        Assert.EndsWith("*0\r\n_\r\n", replies);
    }

    [Theory]
    [InlineData("-NOPROTO unsupported protocol version\r\n", "4")]
    [InlineData("-ERR Protocol version is not an integer or out of range\r\n", "x")]
    [InlineData("-ERR Syntax error in HELLO option 'FOO'\r\n", "3", "FOO")]
    [InlineData("-ERR Client names cannot contain spaces, newlines or special characters.\r\n", "3", "SETNAME", "a b")]
    [InlineData("-WRONGPASS invalid username-password pair or user is disabled.\r\n", "3", "AUTH", "me", "secret")]
    public void A_refused_hello_changes_nothing(string expected, params string[] arguments)
    {
        Assert.Equal(expected, _client.Call(["HELLO", .. arguments]));
        Assert.Equal("$-1\r\n", _client.Call("GET", "absent"));
    }

    [Fact]
    public void Reset_brings_the_connection_back_to_its_beginning()
    {
        _client.Call("HELLO", "3", "SETNAME", "me");
        Assert.Equal("+RESET\r\n", _client.Call("RESET"));
        Assert.Equal("$-1\r\n", _client.Call("CLIENT", "GETNAME"));
    }

    [Fact]
    public void Quit_ends_the_connection_after_the_replies_before_it()
    {
        _client.Feed("GET a\r\nQUIT\r\nGET b\r\n");
        Assert.False(_client.Session.CloseAfterFlush);
        Assert.False(_client.Session.WantsInput);
        _node.Gate.DeliverAll();
        Assert.Equal("$-1\r\n+OK\r\n", _client.Take());
        Assert.True(_client.Session.CloseAfterFlush);
        Assert.Equal(["Get a"], _node.Gate.Log);
    }

    [Fact]
    public void Database_zero_is_the_only_one()
    {
        Assert.Equal("+OK\r\n", _client.Call("SELECT", "0"));
        Assert.Equal("-ERR DB index is out of range\r\n", _client.Call("SELECT", "1"));
        Assert.Equal("-ERR value is not an integer or out of range\r\n", _client.Call("SELECT", "x"));
    }

    [Fact]
    public void Replies_can_be_turned_off_or_skipped()
    {
        Assert.Equal("+PONG\r\n", _client.Send("CLIENT REPLY SKIP\r\nSET a 1\r\nPING\r\n"));
        Assert.Equal("", _client.Send("CLIENT REPLY OFF\r\nGET a\r\nPING\r\nMGET a b\r\nNONSENSE\r\n"));
        Assert.Equal("+OK\r\n$1\r\n1\r\n", _client.Send("CLIENT REPLY ON\r\nGET a\r\n"));
    }

    [Fact]
    public void A_silent_command_between_others_leaves_no_gap()
    {
        _node.Gate.Order = ReplyOrder.Reversed;
        Assert.Equal("$-1\r\n*2\r\n$1\r\n1\r\n$-1\r\n", _client.Send("GET a\r\nCLIENT REPLY SKIP\r\nSET a 1\r\nMGET a b\r\n"));
    }

    [Fact]
    public void Connections_are_listed_with_what_they_say_of_themselves()
    {
        using FakeConnection other = _node.Connect(remote: "127.0.0.1:6000");
        other.Call("CLIENT", "SETNAME", "worker");
        other.Call("CLIENT", "SETINFO", "LIB-NAME", "test-lib");
        _node.Clock.MonotonicMs += 2_500;
        string list = _client.Call("CLIENT", "LIST");
        Assert.Contains("id=2 addr=127.0.0.1:6000 laddr=127.0.0.1:8000 ", list);
        Assert.Contains("name=worker age=2 idle=2 ", list);
        Assert.Contains("cmd=client|setinfo user=default redir=-1 resp=2 lib-name=test-lib", list);
        Assert.Contains("cmd=client|list", list);
        Assert.DoesNotContain("id=2 ", _client.Call("CLIENT", "LIST", "ID", "1", "7"));
        Assert.Equal("$0\r\n\r\n", _client.Call("CLIENT", "LIST", "TYPE", "pubsub"));
        Assert.Contains("id=1 ", _client.Call("CLIENT", "INFO"));
        Assert.Equal(":2\r\n", other.Call("CLIENT", "ID"));
    }

    [Fact]
    public void A_connection_can_be_ended_from_another()
    {
        using FakeConnection other = _node.Connect(remote: "127.0.0.1:6000");
        Assert.Equal(":0\r\n", _client.Call("CLIENT", "KILL", "ID", "99"));
        Assert.Equal("-ERR No such client\r\n", _client.Call("CLIENT", "KILL", "127.0.0.1:7000"));
        Assert.False(other.CloseRequested);
        Assert.Equal(":1\r\n", _client.Call("CLIENT", "KILL", "ADDR", "127.0.0.1:6000"));
        Assert.True(other.CloseRequested);
        Assert.Equal(":0\r\n", _client.Call("CLIENT", "KILL", "ID", "1"));
        Assert.False(_client.Session.CloseAfterFlush);
        Assert.Equal(":1\r\n", _client.Call("CLIENT", "KILL", "ID", "1", "SKIPME", "no"));
        Assert.True(_client.Session.CloseAfterFlush);
    }

    [Fact]
    public void A_browser_that_posts_to_the_port_is_cut_off_before_its_body()
    {
        Assert.Equal("", _client.Send("POST / HTTP/1.1\r\nSET a 1\r\n"));
        Assert.True(_client.Session.CloseAfterFlush);
        Assert.Empty(_node.Gate.Log);
    }

    [Theory]
    [InlineData("-ERR unknown command 'FOO', with args beginning with: 'a' 'b c' \r\n", "FOO", "a", "b c")]
    [InlineData("-ERR unknown command 'HSET', with args beginning with: 'k' '1' \r\n", "HSET", "k", "1")]
    [InlineData("-ERR wrong number of arguments for 'get' command\r\n", "GET")]
    [InlineData("-ERR wrong number of arguments for 'get' command\r\n", "gEt", "a", "b")]
    [InlineData("-ERR wrong number of arguments for 'client|setname' command\r\n", "CLIENT", "SETNAME")]
    [InlineData("-ERR wrong number of arguments for 'client' command\r\n", "CLIENT")]
    [InlineData("-ERR unknown subcommand 'FOO'. Try CLIENT HELP.\r\n", "CLIENT", "FOO")]
    [InlineData("-ERR syntax error\r\n", "SET", "k", "v", "NX", "XX")]
    [InlineData("-ERR syntax error\r\n", "SET", "k", "v", "FOO")]
    [InlineData("-ERR value is not an integer or out of range\r\n", "SET", "k", "v", "EX", "x")]
    [InlineData("-ERR invalid expire time in 'set' command\r\n", "SET", "k", "v", "PX", "0")]
    [InlineData("-ERR unknown command 'a b', with args beginning with: 'c  d' \r\n", "a\nb", "c\r\nd")]
    public void Mistakes_are_named_as_redis_names_them(string expected, params string[] command) =>
        Assert.Equal(expected, _client.Call(command));
}
