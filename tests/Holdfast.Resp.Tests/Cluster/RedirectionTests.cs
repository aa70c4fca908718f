using System.Text;
using Holdfast.Api;
using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Cluster;

public sealed class RedirectionTests : IDisposable
{
    private readonly FakeShards _shards = new();
    private readonly FakeNode _node;
    private readonly FakeConnection _client;
    private readonly FakeConnection _plain;

    public RedirectionTests()
    {
        _node = new FakeNode(4, _shards, _shards);
        _client = _node.Connect(new RespOptions { Cluster = true });
        _plain = _node.Connect();
    }

    public void Dispose()
    {
        _client.Dispose();
        _plain.Dispose();
    }

    [Fact]
    public void A_key_that_another_node_leads_is_not_asked_for_here()
    {
        string here = _shards.KeyIn(3), there = _shards.KeyIn(1);
        Assert.Equal("+OK\r\n", _client.Call("SET", here, "1"));
        Assert.Equal(Moved(there, 1), _client.Call("SET", there, "1"));
        Assert.Equal(Moved(there, 1), _client.Call("GET", there));
        Assert.Equal([$"Put {here}"], _node.Gate.Log);
        Assert.Equal("+OK\r\n", _plain.Call("SET", there, "1"));
    }

    [Fact]
    public void The_client_is_sent_to_whoever_leads_now()
    {
        string key = _shards.KeyIn(1);
        _shards.Leaders[1] = 2;
        Assert.Equal(Moved(key, 2), _client.Call("GET", key));
        _shards.Leaders[1] = 0;
        Assert.Equal("$-1\r\n", _client.Call("GET", key));
    }

    [Fact]
    public void Redirections_keep_their_place_among_the_replies()
    {
        string here = _shards.KeyIn(0), there = _shards.KeyIn(2);
        _node.Gate.Order = ReplyOrder.Reversed;
        Assert.Equal(
            "+OK\r\n" + Moved(there, 2) + "$1\r\n1\r\n" + Moved(there, 2) + "+PONG\r\n",
            _client.Send($"SET {here} 1\r\nGET {there}\r\nGET {here}\r\nDEL {there}\r\nPING\r\n"));
    }

    [Fact]
    public void What_nobody_is_known_to_lead_waits_in_the_engine_for_a_leader_and_is_down_when_none_comes()
    {
        string key = _shards.KeyIn(1);
        _shards.Leaders[1] = null;
        Assert.Equal("+OK\r\n", _client.Call("SET", key, "1"));
        _node.Gate.Fails = (_, _) => new Fault(FaultCode.NoLeader, Outcome.NotApplied, "nobody");
        Assert.Equal("-CLUSTERDOWN not-applied: nobody\r\n", _client.Call("SET", key, "1"));
    }

    [Fact]
    public void What_is_led_by_a_node_without_a_cluster_port_is_forwarded()
    {
        _shards.Current = FakeShards.View([FakeShards.State(0), FakeShards.State(1, port: 0), FakeShards.State(2)]);
        Assert.Equal("+OK\r\n", _client.Call("SET", _shards.KeyIn(1), "1"));
    }

    [Fact]
    public void Keys_of_one_slot_go_together_and_others_do_not()
    {
        string tag = _shards.KeyIn(0, "t");
        _client.Call("SET", $"{{{tag}}}a", "1");
        Assert.Equal("*2\r\n$1\r\n1\r\n$-1\r\n", _client.Call("MGET", $"{{{tag}}}a", $"{{{tag}}}b"));
        Assert.Equal(":1\r\n", _client.Call("DEL", $"{{{tag}}}a", $"{{{tag}}}b"));
        Assert.Equal("-CROSSSLOT Keys in request don't hash to the same slot\r\n", _client.Call("MGET", tag, _shards.KeyIn(0, "u")));
        Assert.Equal("-CROSSSLOT Keys in request don't hash to the same slot\r\n", _client.Call("DEL", tag, _shards.KeyIn(1)));
        Assert.Equal("*2\r\n$-1\r\n$-1\r\n", _plain.Call("MGET", tag, _shards.KeyIn(1)));

        string foreign = _shards.KeyIn(2, "t");
        Assert.Equal(Moved(foreign, 2), _client.Call("EXISTS", $"{{{foreign}}}a", $"{{{foreign}}}b"));
    }

    [Fact]
    public void Commands_over_all_keys_cover_what_this_node_leads()
    {
        string[] keys = [.. Enumerable.Range(0, 4).Select(p => _shards.KeyIn((uint)p))];
        foreach (string key in keys)
        {
            _plain.Call("SET", key, "1");
        }

        Assert.Equal(":4\r\n", _plain.Call("DBSIZE"));
        Assert.Equal(":2\r\n", _client.Call("DBSIZE"));
        string listed = _client.Call("KEYS", "*");
        Assert.Equal([true, false, false, true], keys.Select(key => listed.Contains($"\r\n{key}\r\n")));
        string scanned = _client.Call("SCAN", "0", "COUNT", "100");
        Assert.StartsWith("*2\r\n$1\r\n0\r\n*2\r\n", scanned);
        Assert.Equal([true, false, false, true], keys.Select(key => scanned.Contains($"\r\n{key}\r\n")));
        Assert.Equal("+OK\r\n", _client.Call("FLUSHALL"));
        Assert.Equal(":2\r\n", _plain.Call("DBSIZE"));
        Assert.Equal(":0\r\n", _client.Call("CLUSTER", "COUNTKEYSINSLOT", $"{_shards.SlotOf(Encoding.ASCII.GetBytes(keys[1]))}"));
    }

    [Fact]
    public void A_scan_ends_a_partition_that_it_has_begun_also_when_its_leader_moved()
    {
        string[] keys = [.. Enumerable.Range(0, 30).Select(i => _shards.KeyIn(3, $"{i}-"))];
        foreach (string key in keys)
        {
            _plain.Call("SET", key, "1");
        }

        string first = _client.Call("SCAN", "0", "COUNT", "5");
        string cursor = first.Split("\r\n")[2];
        Assert.NotEqual("0", cursor);
        _shards.Leaders[3] = 1;
        string rest = _client.Call("SCAN", cursor, "COUNT", "100");
        Assert.StartsWith("*2\r\n$1\r\n0\r\n", rest);
        Assert.All(keys, key => Assert.Contains($"\r\n{key}\r\n", first + rest));
    }

    [Fact]
    public void A_node_that_leads_nothing_has_nothing()
    {
        Array.Fill(_shards.Leaders, 1u);
        Assert.Equal(":0\r\n", _client.Call("DBSIZE"));
        Assert.Equal("*0\r\n", _client.Call("KEYS", "*"));
        Assert.Equal("*2\r\n$1\r\n0\r\n*0\r\n", _client.Call("SCAN", "0"));
        Assert.Equal("+OK\r\n", _client.Call("FLUSHALL"));
        Assert.Empty(_node.Gate.Log);
    }

    [Fact]
    public void Emptying_leaves_out_no_partition_whose_leader_is_not_known()
    {
        Array.Fill(_shards.Leaders, 1u);
        _shards.Leaders[2] = null;
        Assert.Equal("+OK\r\n", _client.Call("FLUSHALL"));
        Assert.Equal(["Flush 2"], _node.Gate.Log);
    }

    [Fact]
    public void A_client_that_takes_stale_reads_gets_them_from_replicas_here()
    {
        string led = _shards.KeyIn(0), followed = _shards.KeyIn(1), foreign = _shards.KeyIn(2);
        _shards.Here.Remove(2);
        Assert.Equal("+OK\r\n", _client.Call("READONLY"));
        Assert.Equal("$-1\r\n", _client.Call("GET", followed));
        Assert.Equal(RequestFlags.Stale, _node.Gate.LastFlags);
        Assert.Equal("$-1\r\n", _client.Call("GET", led));
        Assert.Equal(RequestFlags.None, _node.Gate.LastFlags);
        Assert.Equal(Moved(foreign, 2), _client.Call("GET", foreign));
        Assert.Equal(Moved(followed, 1), _client.Call("SET", followed, "1"));

        Assert.Equal("+OK\r\n", _client.Call("READWRITE"));
        Assert.Equal(Moved(followed, 1), _client.Call("GET", followed));
        _client.Call("READONLY");
        _client.Call("RESET");
        Assert.Equal(Moved(followed, 1), _client.Call("GET", followed));
    }

    [Fact]
    public void On_the_main_port_stale_reads_come_from_replicas_here_and_the_others_are_forwarded()
    {
        _shards.Here.Remove(2);
        _plain.Call("READONLY");
        _plain.Call("MGET", _shards.KeyIn(1));
        Assert.Equal(RequestFlags.Stale, _node.Gate.LastFlags);
        Assert.Equal("$-1\r\n", _plain.Call("GET", _shards.KeyIn(2)));
        Assert.Equal(RequestFlags.None, _node.Gate.LastFlags);
        _plain.Call("SET", _shards.KeyIn(1), "1");
        Assert.Equal(RequestFlags.None, _node.Gate.LastFlags);
    }

    [Fact]
    public void Asking_changes_nothing()
    {
        string there = _shards.KeyIn(1);
        Assert.Equal("+OK\r\n" + Moved(there, 1), _client.Send($"ASKING\r\nGET {there}\r\n"));
    }

    private string Moved(string key, uint node) =>
        $"-MOVED {_shards.SlotOf(Encoding.ASCII.GetBytes(key))} node{node}.example:{18000 + node}\r\n";
}
