using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Commands;

public sealed class StringCommandTests : IDisposable
{
    private readonly FakeNode _node = new();
    private readonly FakeConnection _client;

    public StringCommandTests() => _client = _node.Connect();

    public void Dispose() => _client.Dispose();

    [Fact]
    public void A_value_that_was_set_is_read_back()
    {
        Assert.Equal("+OK\r\n", _client.Send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhello\r\n"));
        Assert.Equal("$5\r\nhello\r\n", _client.Send("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"));
    }

    [Fact]
    public void Values_hold_any_byte_and_may_be_empty()
    {
        string bytes = string.Concat(Enumerable.Range(0, 256).Select(b => (char)b));
        _client.Call("SET", bytes, bytes);
        Assert.Equal($"$256\r\n{bytes}\r\n", _client.Call("GET", bytes));
        _client.Call("SET", "empty", "");
        Assert.Equal("$0\r\n\r\n", _client.Call("GET", "empty"));
        Assert.Equal("*2\r\n$0\r\n\r\n$-1\r\n", _client.Call("MGET", "empty", "absent"));
    }

    [Fact]
    public void An_absent_key_is_null()
    {
        Assert.Equal("$-1\r\n", _client.Call("GET", "absent"));
        _client.Call("HELLO", "3");
        Assert.Equal("_\r\n", _client.Call("GET", "absent"));
        Assert.Equal("*1\r\n_\r\n", _client.Call("MGET", "absent"));
    }

    [Fact]
    public void Set_honours_its_conditions()
    {
        Assert.Equal("$-1\r\n", _client.Call("SET", "k", "1", "XX"));
        Assert.Equal("+OK\r\n", _client.Call("SET", "k", "1", "NX"));
        Assert.Equal("$-1\r\n", _client.Call("SET", "k", "2", "nx"));
        Assert.Equal("+OK\r\n", _client.Call("SET", "k", "3", "xx"));
        Assert.Equal("$1\r\n3\r\n", _client.Call("GET", "k"));
        Assert.Equal(":0\r\n", _client.Call("SETNX", "k", "4"));
        Assert.Equal(":1\r\n", _client.Call("SETNX", "other", "4"));
    }

    [Fact]
    public void Set_with_get_answers_with_the_old_value_whether_or_not_it_sets()
    {
        Assert.Equal("$-1\r\n", _client.Call("SET", "k", "1", "GET"));
        Assert.Equal("$1\r\n1\r\n", _client.Call("SET", "k", "2", "GET"));
        Assert.Equal("$1\r\n2\r\n", _client.Call("SET", "k", "3", "NX", "GET"));
        Assert.Equal("$1\r\n2\r\n", _client.Call("SET", "k", "4", "GET", "XX"));
        Assert.Equal("$-1\r\n", _client.Call("SET", "new", "5", "XX", "GET"));
        Assert.Equal("$-1\r\n", _client.Call("SET", "new", "6", "NX", "GET"));
        Assert.Equal("$1\r\n6\r\n", _client.Call("GETSET", "new", "7"));
        Assert.Equal("$-1\r\n", _client.Call("GETSET", "newer", "8"));
        Assert.Equal("$1\r\n7\r\n", _client.Call("GET", "new"));
    }

    [Fact]
    public void Append_and_strlen_work_on_the_same_value()
    {
        Assert.Equal(":0\r\n", _client.Call("STRLEN", "k"));
        Assert.Equal(":3\r\n", _client.Call("APPEND", "k", "abc"));
        Assert.Equal(":5\r\n", _client.Call("APPEND", "k", "de"));
        Assert.Equal(":5\r\n", _client.Call("STRLEN", "k"));
        Assert.Equal("$5\r\nabcde\r\n", _client.Call("GET", "k"));
    }

    [Fact]
    public void Counters_add_and_refuse_what_does_not_fit()
    {
        Assert.Equal(":1\r\n", _client.Call("INCR", "n"));
        Assert.Equal(":0\r\n", _client.Call("DECR", "n"));
        Assert.Equal(":41\r\n", _client.Call("INCRBY", "n", "41"));
        Assert.Equal(":-9\r\n", _client.Call("DECRBY", "n", "50"));
        Assert.Equal(":-4\r\n", _client.Call("DECRBY", "n", "-5"));
        Assert.Equal("-ERR increment or decrement would overflow\r\n", _client.Call("INCRBY", "n", "-9223372036854775808"));
        Assert.Equal("-ERR decrement would overflow\r\n", _client.Call("DECRBY", "n", "-9223372036854775808"));
        Assert.Equal("-ERR value is not an integer or out of range\r\n", _client.Call("INCRBY", "n", "9223372036854775808"));
        Assert.Equal("-ERR value is not an integer or out of range\r\n", _client.Call("INCRBY", "n", "+1"));
        _client.Call("SET", "text", "abc");
        Assert.Equal("-ERR value is not an integer or out of range\r\n", _client.Call("INCR", "text"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(1000)]
    public void Mget_keeps_the_order_of_its_keys(int count)
    {
        string[] keys = [.. Enumerable.Range(0, count).Select(i => $"key:{i}")];
        foreach (string key in keys.Where((_, i) => i % 3 != 0))
        {
            _client.Call("SET", key, "value of " + key);
        }

        _node.Gate.Order = ReplyOrder.Shuffled;
        string expected = $"*{count}\r\n" + string.Concat(keys.Select((key, i) =>
            i % 3 == 0 ? "$-1\r\n" : $"${key.Length + 9}\r\nvalue of {key}\r\n"));
        Assert.Equal(expected, _client.Call(["MGET", .. keys]));
    }

    [Fact]
    public void A_value_above_the_limit_is_refused_in_redis_words()
    {
        _node.Gate.MaxValueBytes = 100_000;
        const string Refusal = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n";
        Assert.Equal(Refusal, _client.Call("SET", "k", new string('x', 100_001)));
        Assert.Equal("+OK\r\n", _client.Call("SET", "k", new string('x', 100_000)));
        Assert.Equal(Refusal, _client.Call("APPEND", "k", "y"));
        Assert.Equal(":100000\r\n", _client.Call("STRLEN", "k"));
    }

    [Fact]
    public void A_value_limit_below_the_longest_line_holds_as_well()
    {
        _node.Gate.MaxValueBytes = 10;
        const string Refusal = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n";
        Assert.Equal(Refusal, _client.Call("SET", "k", "12345678901"));
        Assert.Equal(Refusal, _client.Call("APPEND", "k", "12345678901"));
        Assert.Empty(_node.Gate.Log);
    }
}
