using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Session;

public sealed class BackPressureTests
{
    [Fact]
    public void Input_is_paused_while_too_many_commands_are_pending()
    {
        FakeNode node = new();
        using FakeConnection client = node.Connect(new RespOptions { MaxPendingCommands = 10 });
        client.Feed(string.Concat(Enumerable.Repeat("GET k\r\n", 25)));
        Assert.Equal(10, node.Gate.Log.Count);
        Assert.False(client.Session.WantsInput);
        Assert.Equal(15 * 7, client.Unconsumed);

        int changes = client.Changes;
        node.Gate.Deliver(3);
        Assert.True(client.Changes > changes);
        Assert.True(client.Session.WantsInput);
        client.Offer();
        Assert.Equal(13, node.Gate.Log.Count);
        Assert.Equal(string.Concat(Enumerable.Repeat("$-1\r\n", 25)), client.Send(""));
    }

    [Fact]
    public void Input_is_paused_while_too_many_bytes_of_requests_are_pending()
    {
        FakeNode node = new();
        using FakeConnection client = node.Connect(new RespOptions { MaxPendingBytes = 10_000 });
        client.Feed(string.Concat(Enumerable.Repeat(FakeConnection.Encode("SET", "k", new string('v', 4000)), 10)));
        Assert.Equal(3, node.Gate.Log.Count);
        Assert.Equal(string.Concat(Enumerable.Repeat("+OK\r\n", 10)), client.Send(""));
    }

    [Fact]
    public void Input_is_paused_while_the_client_does_not_take_its_replies()
    {
        FakeNode node = new();
        using FakeConnection client = node.Connect(new RespOptions { MaxUnsentBytes = 1000 });
        client.UnsentBytes = 1000;
        Assert.False(client.Session.WantsInput);
        client.Feed("PING\r\n");
        Assert.Equal("", client.Take());
        client.UnsentBytes = 999;
        Assert.True(client.Session.WantsInput);
        client.Offer();
        Assert.Equal("+PONG\r\n", client.Take());
    }

    [Fact]
    public void Input_is_paused_while_replies_that_came_early_take_too_much_memory()
    {
        FakeNode node = new();
        using FakeConnection client = node.Connect(new RespOptions { MaxUnsentBytes = 50_000 });
        client.Call("SET", "k", new string('v', 100_000));
        node.Gate.Order = ReplyOrder.Reversed;
        client.Feed("GET other\r\nGET k\r\n");
        node.Gate.Deliver(1);
        Assert.False(client.Session.WantsInput);
        node.Gate.DeliverAll();
        Assert.True(client.Session.WantsInput);
    }

    [Fact]
    public void Fewer_commands_are_taken_where_replies_are_long()
    {
        FakeNode node = new();
        using FakeConnection client = node.Connect();
        client.Call("SET", "k", new string('v', 8 * 1024 * 1024));
        client.Call("GET", "k");
        node.Gate.Log.Clear();
        client.Feed(string.Concat(Enumerable.Repeat("GET k\r\n", 100)));
        Assert.Equal(2, node.Gate.Log.Count);
    }

    [Fact]
    public void An_oversized_value_is_skipped_as_it_arrives_and_the_connection_goes_on()
    {
        FakeNode node = new();
        node.Gate.MaxValueBytes = 100_000;
        using FakeConnection client = node.Connect();
        client.Feed("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$50000000\r\n");
        for (int i = 0; i < 50; i++)
        {
            client.Feed(new string('x', 1_000_000));
            Assert.Equal(0, client.Unconsumed);
        }

        Assert.Equal("-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n+PONG\r\n", client.Send("\r\nPING\r\n"));
        Assert.Empty(node.Gate.Log);
    }

    [Fact]
    public void Values_too_large_for_one_reply_are_refused()
    {
        FakeNode node = new();
        using FakeConnection client = node.Connect(new RespOptions { MaxGatheredBytes = 1000 });
        client.Call("SET", "k", new string('v', 600));
        Assert.StartsWith("-ERR the values are too large for one reply", client.Call("MGET", "k", "k"));
        Assert.StartsWith("*1\r\n", client.Call("MGET", "k"));
    }
}
