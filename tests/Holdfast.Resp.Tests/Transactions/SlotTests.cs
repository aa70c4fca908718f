using System.Text;
using Holdfast.Api;
using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Transactions;

/// <summary>What is atomic is so within one slot.</summary>
public sealed class SlotTests : IDisposable
{
    private const string CrossSlot = "-CROSSSLOT Keys in request don't hash to the same slot\r\n";
    private const string Aborted = "-EXECABORT Transaction discarded because of previous errors.\r\n";

    private readonly FakeShards _shards = new();
    private readonly FakeNode _node;
    private readonly FakeConnection _plain;
    private readonly FakeConnection _cluster;

    public SlotTests()
    {
        _node = new FakeNode(4, _shards, _shards);
        _plain = _node.Connect();
        _cluster = _node.Connect(new RespOptions { Cluster = true });
    }

    public void Dispose()
    {
        _plain.Dispose();
        _cluster.Dispose();
    }

    [Theory]
    [InlineData("MSET a 1 b 2")]
    [InlineData("MSETNX a 1 b 2")]
    [InlineData("RENAME a b")]
    [InlineData("RENAMENX a b")]
    [InlineData("COPY a b")]
    [InlineData("WATCH a b")]
    public void Keys_of_two_slots_are_refused_without_asking_the_store(string command)
    {
        Assert.Equal(CrossSlot, _plain.Send(command + "\r\n"));
        Assert.Empty(_node.Gate.Log);
    }

    [Theory]
    [InlineData("MSET {t}a 1 {t}b 2", "+OK\r\n", "Batch: Put {t}a, Put {t}b")]
    [InlineData("MSETNX {t}a 1 {t}b 2", ":1\r\n", "Batch: Check {t}a, Check {t}b, Put {t}a, Put {t}b")]
    [InlineData("RENAME {t}k {t}b", "+OK\r\n", "Batch: Rename {t}k")]
    [InlineData("COPY {t}k {t}b", ":1\r\n", "Batch: Copy {t}k")]
    public void Keys_with_one_hash_tag_go_together(string command, string reply, string request)
    {
        _plain.Call("SET", "{t}k", "1");
        Assert.Equal(reply, _plain.Send(command + "\r\n"));
        Assert.Equal(request, _node.Gate.Log[^1]);
    }

    [Fact]
    public void A_command_of_another_slot_is_refused_when_queued()
    {
        Assert.Equal("+OK\r\n+QUEUED\r\n", _plain.Send("MULTI\r\nSET {t}a 1\r\n"));
        Assert.Equal(CrossSlot, _plain.Call("GET", "elsewhere"));
        Assert.Equal(Aborted, _plain.Call("EXEC"));
        Assert.Equal(CrossSlot, _plain.Send("MULTI\r\nMGET a b\r\n")["+OK\r\n".Length..]);
        Assert.Equal(Aborted, _plain.Call("EXEC"));
        Assert.Equal("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n$-1\r\n:0\r\n", _plain.Send("MULTI\r\nGET elsewhere\r\nDEL elsewhere\r\nEXEC\r\n"));
    }

    [Fact]
    public void What_is_watched_binds_the_transaction_and_what_else_is_watched_alone()
    {
        Assert.Equal("+OK\r\n+OK\r\n", _plain.Send("WATCH {t}a\r\nWATCH {t}b\r\n"));
        Assert.Equal(CrossSlot, _plain.Call("WATCH", "elsewhere"));
        Assert.Equal("$-1\r\n+OK\r\n", _plain.Send("GET elsewhere\r\nMSET {u}a 1 {u}b 2\r\n"));
        Assert.Equal("+OK\r\n" + CrossSlot + Aborted, _plain.Send("MULTI\r\nGET elsewhere\r\nEXEC\r\n"));
        Assert.Equal("+OK\r\n+OK\r\n+OK\r\n", _plain.Send("WATCH {t}a\r\nUNWATCH\r\nWATCH elsewhere\r\n"));
    }

    [Fact]
    public void A_cluster_of_one_partition_takes_any_keys()
    {
        FakeNode node = new(1, _shards, _shards);
        using FakeConnection client = node.Connect();
        Assert.Equal("+OK\r\n:1\r\n+OK\r\n", client.Send("MSET a 1 b 2\r\nCOPY a c\r\nWATCH a x\r\n"));
        Assert.Equal("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n$1\r\n1\r\n", client.Send("MULTI\r\nRENAME b d\r\nGET c\r\nEXEC\r\n"));
    }

    [Fact]
    public void Where_slots_are_not_known_the_store_decides()
    {
        using FakeConnection client = new FakeNode(4).Connect();
        Assert.Equal("+OK\r\n" + CrossSlot, client.Send("MSET {t}a 1 {t}b 2\r\nMSET a 1 b 2\r\n"));
        Assert.Equal("+OK\r\n+QUEUED\r\n+QUEUED\r\n" + CrossSlot, client.Send("MULTI\r\nSET a 1\r\nSET b 2\r\nEXEC\r\n"));
    }

    [Fact]
    public void On_the_cluster_port_a_transaction_belongs_to_the_leader_of_its_slot()
    {
        string here = _shards.KeyIn(0), there = _shards.KeyIn(1);
        string moved = $"-MOVED {_shards.SlotOf(Encoding.ASCII.GetBytes(there))} node1.example:18001\r\n";
        Assert.Equal("+OK\r\n" + moved + Aborted, _cluster.Send($"MULTI\r\nSET {there} 1\r\nEXEC\r\n"));
        Assert.Equal(moved + moved + moved, _cluster.Send($"WATCH {there}\r\nMSET {there} 1\r\nRENAME {there} {there}\r\n"));
        Assert.Equal("+OK\r\n+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n", _cluster.Send($"WATCH {here}\r\nMULTI\r\nSET {here} 1\r\nEXEC\r\n"));

        // Between the look and EXEC leadership may move: then the engine forwards.
        _cluster.Send($"MULTI\r\nGET {here}\r\n");
        _shards.Leaders[0] = 1;
        Assert.Equal("*1\r\n$1\r\n1\r\n", _cluster.Call("EXEC"));
    }

    [Fact]
    public void A_client_that_takes_stale_reads_gets_none_while_it_watches_and_in_transactions()
    {
        string followed = _shards.KeyIn(1);
        _plain.Call("READONLY");
        _plain.Call("GET", followed);
        Assert.Equal(RequestFlags.Stale, _node.Gate.LastFlags);
        _plain.Call("WATCH", followed);
        Assert.Equal(RequestFlags.None, _node.Gate.LastFlags);
        _plain.Call("GET", followed);
        Assert.Equal(RequestFlags.None, _node.Gate.LastFlags);
        _plain.Send($"MULTI\r\nGET {followed}\r\nEXEC\r\n");
        Assert.Equal(RequestFlags.Sequential, _node.Gate.LastFlags);
        _plain.Call("GET", followed);
        Assert.Equal(RequestFlags.Stale, _node.Gate.LastFlags);

        Assert.Equal("+OK\r\n", _cluster.Call("READONLY"));
        Assert.Equal("$-1\r\n", _cluster.Call("GET", followed));
        Assert.StartsWith("-MOVED ", _cluster.Call("WATCH", followed));
        Assert.StartsWith("+OK\r\n-MOVED ", _cluster.Send($"MULTI\r\nGET {followed}\r\n"));
    }
}
