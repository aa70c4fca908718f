using System.Security.Cryptography;
using System.Text;
using Holdfast.Api;
using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Cluster;

public sealed class ClusterCommandTests : IDisposable
{
    private const string Disabled = "-ERR This instance has cluster support disabled\r\n";

    private static readonly string[] Names = [NameOf(0), NameOf(1), NameOf(2)];

    private readonly FakeShards _shards = new();
    private readonly FakeNode _node;
    private readonly FakeConnection _client;

    public ClusterCommandTests()
    {
        _node = new FakeNode(4, _shards, _shards);
        _client = _node.Connect();
    }

    public void Dispose() => _client.Dispose();

    [Fact]
    public void Slots_name_the_leader_first_and_then_the_replicas_of_each_range()
    {
        Array.Fill(_shards.Leaders, 1u);
        Assert.Equal("*1\r\n" + Range(0, 16383, 1, 0, 2), _client.Call("CLUSTER", "SLOTS"));
    }

    [Fact]
    public void A_node_that_leads_anything_is_nowhere_a_replica_since_clients_keep_one_role_for_a_node()
    {
        Assert.Equal(
            "*4\r\n" + Range(0, 4095, 0) + Range(4096, 8191, 1) + Range(8192, 12287, 2) + Range(12288, 16383, 0),
            _client.Call("CLUSTER", "SLOTS"));
        _shards.Leaders[2] = 1;
        Assert.Equal("*3\r\n" + Range(0, 4095, 0, 2) + Range(4096, 12287, 1, 2) + Range(12288, 16383, 0, 2), _client.Call("CLUSTER", "SLOTS"));
    }

    [Fact]
    public void Neighbouring_ranges_of_one_leader_are_one()
    {
        _shards.Leaders[1] = 0;
        Assert.Equal("*3\r\n" + Range(0, 8191, 0, 1) + Range(8192, 12287, 2, 1) + Range(12288, 16383, 0, 1), _client.Call("CLUSTER", "SLOTS"));
    }

    [Fact]
    public void Slots_that_nobody_is_known_to_lead_are_those_of_the_node_that_was_asked_since_it_waits_for_a_leader()
    {
        _shards.Leaders[3] = null;
        Assert.Equal(
            "*4\r\n" + Range(0, 4095, 0) + Range(4096, 8191, 1) + Range(8192, 12287, 2) + Range(12288, 16383, 0), _client.Call("CLUSTER", "SLOTS"));
        Assert.Contains("*2\r\n:12288\r\n:16383\r\n$5\r\nnodes\r\n*3\r\n" + Member(0, "replica", 10), _client.Call("CLUSTER", "SHARDS"));
    }

    [Fact]
    public void Replicas_that_are_down_are_no_choice_for_a_client()
    {
        _shards.Current = FakeShards.View([FakeShards.State(0), FakeShards.State(1), FakeShards.State(2, NodeState.Down)]);
        Array.Fill(_shards.Leaders, 0u);
        Assert.Equal("*1\r\n" + Range(0, 16383, 0, 1), _client.Call("CLUSTER", "SLOTS"));
        Assert.Contains("$6\r\nhealth\r\n$4\r\nfail\r\n", _client.Call("CLUSTER", "SHARDS"));
        Assert.Contains($"{Names[2]} node2.example:18002@8002 master,fail - 0 ", _client.Call("CLUSTER", "NODES"));
    }

    [Fact]
    public void The_slots_of_a_leader_without_a_cluster_port_are_those_of_the_node_that_was_asked_since_it_forwards()
    {
        _shards.Current = FakeShards.View([FakeShards.State(0), FakeShards.State(1, port: 0), FakeShards.State(2)]);
        Assert.Equal("*3\r\n" + Range(0, 8191, 0) + Range(8192, 12287, 2) + Range(12288, 16383, 0), _client.Call("CLUSTER", "SLOTS"));
        Assert.DoesNotContain(Names[1], _client.Call("CLUSTER", "NODES"));
    }

    [Fact]
    public void A_node_that_did_not_say_its_port_has_the_default_one()
    {
        _shards.Current = FakeShards.View([FakeShards.State(0), FakeShards.State(1) with { RespClusterPort = null }, FakeShards.State(2)]);
        Assert.Contains("node1.example:18001@8001", _client.Call("CLUSTER", "NODES"));
        _shards.Current = FakeShards.View(
            [FakeShards.State(0), FakeShards.State(1) with { RespClusterPort = null, Address = "[::1]:60000" }, FakeShards.State(2)]);
        Assert.DoesNotContain("60000", _client.Call("CLUSTER", "NODES"));
    }

    [Fact]
    public void Shards_hold_the_same_in_their_form()
    {
        Assert.Equal(
            "*3\r\n"
            + "*4\r\n$5\r\nslots\r\n*4\r\n:0\r\n:4095\r\n:12288\r\n:16383\r\n$5\r\nnodes\r\n*3\r\n" + Member(0, "master", 20) + Member(1, "replica", 20) + Member(2, "replica", 20)
            + "*4\r\n$5\r\nslots\r\n*2\r\n:4096\r\n:8191\r\n$5\r\nnodes\r\n*3\r\n" + Member(1, "master", 10) + Member(0, "replica", 10) + Member(2, "replica", 10)
            + "*4\r\n$5\r\nslots\r\n*2\r\n:8192\r\n:12287\r\n$5\r\nnodes\r\n*3\r\n" + Member(2, "master", 10) + Member(0, "replica", 10) + Member(1, "replica", 10),
            _client.Call("CLUSTER", "SHARDS"));
        _client.Call("HELLO", "3");
        Assert.StartsWith("*3\r\n%2\r\n$5\r\nslots\r\n*4\r\n", _client.Call("CLUSTER", "SHARDS"));
    }

    [Fact]
    public void Nodes_are_a_line_each()
    {
        string lines =
            $"{Names[0]} node0.example:18000@8000 myself,master - 0 0 6 connected 0-4095 12288-16383\n"
            + $"{Names[1]} node1.example:18001@8001 master - 0 1700000000023 4 connected 4096-8191\n"
            + $"{Names[2]} node2.example:18002@8002 master - 0 1700000000023 5 connected 8192-12287\n";
        Assert.Equal($"${lines.Length}\r\n{lines}\r\n", _client.Call("CLUSTER", "NODES"));
        _client.Call("HELLO", "3");
        Assert.Equal($"={lines.Length + 4}\r\ntxt:{lines}\r\n", _client.Call("CLUSTER", "NODES"));
    }

    [Fact]
    public void A_node_that_leads_nothing_is_the_replica_of_one_that_does()
    {
        _shards.Leaders[2] = 1;
        Assert.Contains($"{Names[2]} node2.example:18002@8002 slave {Names[0]} 0 1700000000023 6 connected\n", _client.Call("CLUSTER", "NODES"));
    }

    [Fact]
    public void Info_says_whether_all_slots_are_served()
    {
        const string Well =
            "cluster_state:ok\r\ncluster_slots_assigned:16384\r\ncluster_slots_ok:16384\r\ncluster_slots_pfail:0\r\ncluster_slots_fail:0\r\n"
            + "cluster_known_nodes:3\r\ncluster_size:3\r\ncluster_current_epoch:6\r\ncluster_my_epoch:6\r\ncluster_stats_messages_sent:0\r\n"
            + "cluster_stats_messages_received:0\r\ntotal_cluster_links_buffer_limit_exceeded:0\r\n";
        Assert.Equal($"${Well.Length}\r\n{Well}\r\n", _client.Call("CLUSTER", "INFO"));

        _shards.Leaders[1] = null;
        string ill = _client.Call("CLUSTER", "INFO");
        Assert.Contains("cluster_state:fail\r\ncluster_slots_assigned:16384\r\ncluster_slots_ok:12288\r\n", ill);
        Assert.Contains("cluster_slots_fail:4096\r\ncluster_known_nodes:3\r\ncluster_size:2\r\n", ill);
    }

    [Fact]
    public void A_node_has_one_name_of_40_digits_for_ever()
    {
        Assert.Equal($"$40\r\n{Names[0]}\r\n", _client.Call("CLUSTER", "MYID"));
        using FakeConnection later = new FakeNode(4, new FakeShards(), new FakeShards()).Connect();
        Assert.Equal($"$40\r\n{Names[0]}\r\n", later.Call("CLUSTER", "MYID"));
    }

    [Fact]
    public void The_keys_of_a_slot_are_counted_and_listed()
    {
        string[] keys = [.. Enumerable.Range(0, 5).Select(i => $"{{tag}}{i}")];
        foreach (string key in keys.Append("other"))
        {
            _client.Call("SET", key, "1");
        }

        string slot = $"{FakePartition.SlotOf("tag"u8)}";
        Assert.Equal($":{slot}\r\n", _client.Call("CLUSTER", "KEYSLOT", "{tag}9"));
        Assert.Equal(":5\r\n", _client.Call("CLUSTER", "COUNTKEYSINSLOT", slot));
        Assert.Equal("*0\r\n", _client.Call("CLUSTER", "GETKEYSINSLOT", slot, "0"));
        Assert.StartsWith("*2\r\n$6\r\n{tag}", _client.Call("CLUSTER", "GETKEYSINSLOT", slot, "2"));
        string all = _client.Call("CLUSTER", "GETKEYSINSLOT", slot, "100");
        Assert.StartsWith("*5\r\n", all);
        Assert.All(keys, key => Assert.Contains(key, all));
        Assert.Equal(":0\r\n", _client.Call("CLUSTER", "COUNTKEYSINSLOT", "16383"));
    }

    [Fact]
    public void Only_the_cluster_port_says_that_it_is_one()
    {
        using FakeConnection cluster = _node.Connect(new RespOptions { Cluster = true });
        Assert.Contains("cluster_enabled:1", cluster.Call("INFO", "cluster"));
        Assert.Contains("redis_mode:cluster", cluster.Call("INFO"));
        Assert.Contains("tcp_port:18000", cluster.Call("INFO"));
        Assert.Contains("$4\r\nmode\r\n$7\r\ncluster\r\n", cluster.Call("HELLO"));
        Assert.Contains("\r\nyes\r\n", cluster.Call("CONFIG", "GET", "cluster-enabled"));
        Assert.Contains("\r\n18000\r\n", cluster.Call("CONFIG", "GET", "port"));
        Assert.Equal(_client.Call("CLUSTER", "SLOTS"), cluster.Call("CLUSTER", "SLOTS"));

        Assert.Contains("cluster_enabled:0", _client.Call("INFO", "cluster"));
        Assert.Contains("redis_mode:standalone", _client.Call("INFO"));
        Assert.Contains("$4\r\nmode\r\n$10\r\nstandalone\r\n", _client.Call("HELLO"));
        Assert.Contains("\r\nno\r\n", _client.Call("CONFIG", "GET", "cluster-enabled"));
    }

    [Theory]
    [InlineData("-ERR Invalid slot\r\n", "COUNTKEYSINSLOT", "16384")]
    [InlineData("-ERR Invalid slot\r\n", "COUNTKEYSINSLOT", "-1")]
    [InlineData("-ERR value is not an integer or out of range\r\n", "COUNTKEYSINSLOT", "x")]
    [InlineData("-ERR Invalid slot or number of keys\r\n", "GETKEYSINSLOT", "1", "-1")]
    [InlineData("-ERR Invalid slot or number of keys\r\n", "GETKEYSINSLOT", "16384", "1")]
    [InlineData("-ERR value is not an integer or out of range\r\n", "GETKEYSINSLOT", "1", "x")]
    [InlineData("-ERR wrong number of arguments for 'cluster|keyslot' command\r\n", "KEYSLOT")]
    [InlineData("-ERR unknown subcommand 'MEET'. Try CLUSTER HELP.\r\n", "MEET", "a", "1")]
    public void Mistakes_are_named_as_redis_names_them(string expected, params string[] arguments) =>
        Assert.Equal(expected, _client.Call(["CLUSTER", .. arguments]));

    [Fact]
    public void Without_a_cluster_port_there_is_no_cluster_to_speak_of()
    {
        _shards.Current = FakeShards.View([FakeShards.State(0, port: 0), FakeShards.State(1), FakeShards.State(2)]);
        foreach (string[] command in (string[][])[["CLUSTER", "SLOTS"], ["CLUSTER", "KEYSLOT", "a"], ["READONLY"], ["ASKING"]])
        {
            Assert.Equal(Disabled, _client.Call(command));
        }

        using FakeConnection elsewhere = new FakeNode().Connect();
        Assert.Equal(Disabled, elsewhere.Call("CLUSTER", "INFO"));
        Assert.Equal(Disabled, elsewhere.Call("READWRITE"));
    }

    [Fact]
    public void Before_the_cluster_is_formed_there_is_nothing_to_tell()
    {
        _shards.Current = FakeShards.View([], id: null);
        Assert.StartsWith("-LOADING ", _client.Call("CLUSTER", "SLOTS"));
        Assert.StartsWith("-LOADING ", _client.Call("CLUSTER", "MYID"));
    }

    private static string NameOf(int id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"00112233445566778899aabbccddeeff/{id}")))[..40];

    private static string Range(int first, int last, params int[] nodes) =>
        $"*{2 + nodes.Length}\r\n:{first}\r\n:{last}\r\n"
        + string.Concat(nodes.Select(id => $"*4\r\n$13\r\nnode{id}.example\r\n:{18000 + id}\r\n$40\r\n{Names[id]}\r\n*0\r\n"));

    private static string Member(int id, string role, int offset) =>
        $"*14\r\n$2\r\nid\r\n$40\r\n{Names[id]}\r\n$4\r\nport\r\n:{18000 + id}\r\n$2\r\nip\r\n$13\r\nnode{id}.example\r\n$8\r\nendpoint\r\n$13\r\nnode{id}.example\r\n"
        + $"$4\r\nrole\r\n${role.Length}\r\n{role}\r\n$18\r\nreplication-offset\r\n:{offset}\r\n$6\r\nhealth\r\n$6\r\nonline\r\n";
}
