using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Commands;

/// <summary>What the clock decides; the words and the combinations of options are compared with a real Redis.</summary>
public sealed class ExpiryCommandTests
{
    private readonly FakeNode _node = new();
    private readonly FakeConnection _client;

    public ExpiryCommandTests() => _client = _node.Connect();

    [Theory]
    [InlineData("SET k v EX 10")]
    [InlineData("SET k v PX 10000")]
    [InlineData("SET k v EXAT 1700000010")]
    [InlineData("SET k v PXAT 1700000010123")]
    [InlineData("SETEX k 10 v")]
    [InlineData("PSETEX k 10000 v")]
    public void A_key_is_there_until_its_time_has_come(string command)
    {
        Assert.Equal("+OK\r\n", _client.Call(command.Split(' ')));
        Pass(milliseconds: 9_000);
        Assert.Equal("$1\r\nv\r\n", _client.Call("GET", "k"));
        Assert.Equal(":1\r\n", _client.Call("TTL", "k"));
        Pass(milliseconds: 1_000);
        Assert.Equal("$-1\r\n", _client.Call("GET", "k"));
        Assert.Equal(":-2\r\n", _client.Call("TTL", "k"));
    }

    [Fact]
    public void What_is_left_is_shown_in_milliseconds_and_in_rounded_seconds()
    {
        _client.Call("SET", "k", "v", "PX", "1500");
        Assert.Equal(":1500\r\n", _client.Call("PTTL", "k"));
        Assert.Equal(":2\r\n", _client.Call("TTL", "k"));
        Pass(milliseconds: 1);
        Assert.Equal(":1\r\n", _client.Call("TTL", "k"));
        Assert.Equal(":1700000001623\r\n", _client.Call("PEXPIRETIME", "k"));
        Assert.Equal(":1700000002\r\n", _client.Call("EXPIRETIME", "k"));
    }

    [Fact]
    public void A_deadline_can_be_moved_kept_and_dropped()
    {
        _client.Call("SET", "k", "v", "EX", "10");
        Assert.Equal(":1\r\n", _client.Call("EXPIRE", "k", "100"));
        Assert.Equal("+OK\r\n", _client.Call("SET", "k", "w", "KEEPTTL"));
        Assert.Equal(":100\r\n", _client.Call("TTL", "k"));
        Assert.Equal("$1\r\nw\r\n", _client.Call("GETEX", "k", "PX", "5000"));
        Assert.Equal(":5\r\n", _client.Call("TTL", "k"));
        Assert.Equal(":1\r\n", _client.Call("PERSIST", "k"));
        Pass(milliseconds: 1_000_000);
        Assert.Equal("$1\r\nw\r\n", _client.Call("GET", "k"));
    }

    private void Pass(long milliseconds) => _node.Clock.UnixTimeMicroseconds += milliseconds * 1_000;
}
