using Holdfast.Primitives;
using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Session;

public sealed class OrderTests
{
    [Theory]
    [InlineData(ReplyOrder.AsSent)]
    [InlineData(ReplyOrder.Reversed)]
    [InlineData(ReplyOrder.Shuffled)]
    public void A_pipeline_is_answered_in_its_order_whatever_the_order_of_the_replies(ReplyOrder order)
    {
        FakeNode node = new();
        node.Gate.Order = order;
        using FakeConnection client = node.Connect();
        string input = "";
        string expected = "";
        for (int i = 0; i < 300; i++)
        {
            string value = new('v', i * 7);
            input += FakeConnection.Encode("SET", $"k{i}", value) + FakeConnection.Encode("GET", $"k{i}") + "PING\r\nNONSENSE\r\n" +
                FakeConnection.Encode("MGET", $"k{i}", "absent") + FakeConnection.Encode("DEL", $"k{i}", "absent");
            expected += $"+OK\r\n${value.Length}\r\n{value}\r\n+PONG\r\n-ERR unknown command 'NONSENSE', with args beginning with: \r\n" +
                $"*2\r\n${value.Length}\r\n{value}\r\n$-1\r\n:1\r\n";
        }

        Assert.Equal(expected, client.Send(input));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(17)]
    public void Commands_mean_the_same_however_input_and_replies_are_cut(int chunk)
    {
        string[] calls =
        [
            FakeConnection.Encode("SET", "a", "1"), FakeConnection.Encode("INCR", "a"), "GET a\r\n", FakeConnection.Encode("DBSIZE"),
            FakeConnection.Encode("APPEND", "a", "xyz"), "PING\r\n", FakeConnection.Encode("MGET", "a", "b"), FakeConnection.Encode("KEYS", "*"),
            FakeConnection.Encode("SCAN", "0"), FakeConnection.Encode("FLUSHALL"), FakeConnection.Encode("EXISTS", "a", "b"), "CLIENT ID\r\n",
        ];
        string input = string.Concat(calls);
        FakeNode node = new();
        node.Gate.Order = ReplyOrder.Shuffled;
        using FakeConnection client = node.Connect();
        string output = "";
        for (int i = 0; i < input.Length; i += chunk)
        {
            client.Feed(input.Substring(i, Math.Min(chunk, input.Length - i)));
            node.Gate.Deliver(i % 3);
            output += client.Take();
        }

        output += client.Send("");
        Assert.Equal(
            "+OK\r\n:2\r\n$1\r\n2\r\n:1\r\n:4\r\n+PONG\r\n*2\r\n$4\r\n2xyz\r\n$-1\r\n*1\r\n$1\r\na\r\n*2\r\n$1\r\n0\r\n*1\r\n$1\r\na\r\n+OK\r\n:0\r\n:1\r\n",
            output);
    }

    [Fact]
    public void A_whole_read_is_handed_over_at_once()
    {
        FakeNode node = new();
        using FakeConnection client = node.Connect();
        client.Feed(string.Concat(Enumerable.Range(0, 50).Select(i => FakeConnection.Encode("SET", $"k{i}", "v"))));
        Assert.Equal(50, node.Gate.Log.Count);
        Assert.Equal(1, node.Gate.Submits);
    }

    [Fact]
    public void A_command_over_all_partitions_waits_for_the_earlier_ones_and_holds_back_the_later_ones()
    {
        FakeNode node = new(partitions: 2);
        using FakeConnection client = node.Connect();
        client.Feed("SET a 1\r\nDBSIZE\r\nSET b 1\r\n");
        Assert.Equal(["Put a"], node.Gate.Log);
        Assert.False(client.Session.WantsInput);

        node.Gate.DeliverAll();
        Assert.True(client.Session.WantsInput);
        client.Offer();
        Assert.Equal(["Put a", "Count 0", "Count 1"], node.Gate.Log);
        Assert.False(client.Session.WantsInput);

        node.Gate.Deliver(1);
        Assert.False(client.Session.WantsInput);
        node.Gate.DeliverAll();
        client.Offer();
        Assert.Equal("Put b", node.Gate.Log[^1]);
        node.Gate.DeliverAll();
        Assert.Equal("+OK\r\n:1\r\n+OK\r\n", client.Take());
    }

    [Fact]
    public void A_command_over_many_keys_sends_them_in_windows_and_keeps_its_place()
    {
        FakeNode node = new();
        using FakeConnection client = node.Connect();
        string[] keys = [.. Enumerable.Range(0, 600).Select(i => $"k{i}")];
        client.Feed(FakeConnection.Encode(["MGET", .. keys]) + FakeConnection.Encode("SET", "k599", "late"));
        Assert.Equal(256, node.Gate.Log.Count);
        string reply = client.Send("");
        Assert.Equal(601, node.Gate.Log.Count);
        Assert.Equal("*600\r\n" + string.Concat(Enumerable.Repeat("$-1\r\n", 600)) + "+OK\r\n", reply);
    }

    [Fact]
    public void Several_connections_do_not_mix()
    {
        FakeNode node = new();
        node.Gate.Order = ReplyOrder.Shuffled;
        FakeConnection[] clients = [.. Enumerable.Range(0, 5).Select(i => node.Connect(remote: $"client:{i}"))];
        for (int i = 0; i < clients.Length; i++)
        {
            clients[i].Feed(FakeConnection.Encode("SET", $"k{i}", $"v{i}") + FakeConnection.Encode("GET", $"k{i}"));
        }

        node.Gate.DeliverAll();
        for (int i = 0; i < clients.Length; i++)
        {
            Assert.Equal($"+OK\r\n$2\r\nv{i}\r\n", clients[i].Take());
            clients[i].Dispose();
        }

        Assert.Equal(0, node.Gate.OpenSessions);
        Assert.Equal(0, node.Server.ConnectedClients);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Random_pipelines_with_random_delays_are_answered_as_if_one_by_one(ulong seed)
    {
        SeededRandom random = new(seed);
        FakeNode node = new();
        FakeNode calm = new();
        node.Gate.Order = ReplyOrder.Shuffled;
        using FakeConnection client = node.Connect(new RespOptions { MaxPendingCommands = 20 });
        using FakeConnection patient = calm.Connect();
        string input = "";
        string expected = "";
        for (int i = 0; i < 500; i++)
        {
            string call = RandomCall(random);
            input += call;
            expected += patient.Send(call);
        }

        string output = "";
        for (int i = 0; i < input.Length;)
        {
            int chunk = Math.Min(random.Next(1, 400), input.Length - i);
            client.Feed(input.Substring(i, chunk));
            i += chunk;
            node.Gate.Deliver(random.Next(30));
            output += client.Take();
        }

        Assert.Equal(expected, output + client.Send(""));
    }

    private static string RandomCall(SeededRandom random)
    {
        string key = $"k{random.Next(20)}";
        string other = $"k{random.Next(20)}";
        return random.Next(17) switch
        {
            0 => FakeConnection.Encode("SET", key, new string('v', random.Next(3000))),
            1 => FakeConnection.Encode("APPEND", key, "x"),
            2 => FakeConnection.Encode("MGET", key, other, key),
            3 => FakeConnection.Encode("DEL", key, other),
            4 => FakeConnection.Encode("EXISTS", key, other),
            5 => FakeConnection.Encode("SET", key, "1", "NX", "GET"),
            6 => FakeConnection.Encode("INCR", key),
            7 => FakeConnection.Encode("DBSIZE"),
            8 => "PING\r\n",
            9 => FakeConnection.Encode("HELLO", random.Chance(0.5) ? "3" : "2"),
            10 => FakeConnection.Encode("TYPE", key),
            11 => random.Chance(0.2) ? "FLUSHALL\r\n" : FakeConnection.Encode("SETNX", key, "new"),
            12 => FakeConnection.Encode("CLIENT", "REPLY", "SKIP"),
            13 => FakeConnection.Encode("WATCH", key) + FakeConnection.Encode("MULTI") + FakeConnection.Encode("APPEND", key, "y") + "PING\r\n"
                + FakeConnection.Encode("MGET", key, key) + FakeConnection.Encode(random.Chance(0.8) ? "EXEC" : "DISCARD"),
            14 => FakeConnection.Encode("MULTI") + FakeConnection.Encode("EXISTS", key) + FakeConnection.Encode("COPY", key, key) + "EXEC\r\n",
            15 => FakeConnection.Encode("MSET", key, "1", key, other),
            _ => FakeConnection.Encode("GET", key),
        };
    }
}
