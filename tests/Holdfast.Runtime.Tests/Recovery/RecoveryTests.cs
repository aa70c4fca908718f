using System.Globalization;
using Holdfast.Api;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Recovery;

public sealed class RecoveryTests : IDisposable
{
    private readonly TestCluster _cluster = TestCluster.Formed(3, 2, options => options with { SnapshotLogBytes = 32 * 1024 }, segmentBytes: 64 * 1024);
    private readonly RecordingSink _sink = new();
    private ulong _lastId;

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData(10, 10)]
    [InlineData(200, 2000)]
    public void What_was_acknowledged_is_there_after_all_nodes_lost_their_power(int writes, int valueBytes)
    {
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < writes; i++)
            {
                Put(node: (uint)(i % 3), $"key{i}", $"{round}/{i}".PadRight(valueBytes));
            }

            _cluster.Until(() => _sink.Replies.Count == (int)_lastId);
            Assert.All(_sink.Replies, reply => Assert.True(reply.IsDone));
            foreach (uint id in (uint[])[0, 1, 2])
            {
                _cluster.Crash(id);
            }

            foreach (uint id in (uint[])[0, 1, 2])
            {
                _cluster.Restart(id);
            }

            _cluster.Until(() => _cluster.HasLeaders(2));
            for (int i = 0; i < writes; i++)
            {
                Assert.Equal($"{round}/{i}", Get(node: (uint)(i % 3), $"key{i}").TrimEnd());
            }
        }
    }

    [Fact]
    public void A_node_that_was_away_while_the_log_moved_on_catches_up_by_a_snapshot_and_keeps_it_through_a_restart()
    {
        _cluster.Crash(2);
        for (int i = 0; i < 200; i++)
        {
            Put(node: (uint)(i % 2), $"key{i % 20}", i.ToString(CultureInfo.InvariantCulture).PadRight(2000));
            _cluster.Step();
        }

        _cluster.Until(() => _sink.Replies.Count == (int)_lastId);
        _cluster.Restart(2);
        _cluster.Until(() => StaleOf(node: 2, "key19").TrimEnd() == "199");
        _cluster.Crash(2);
        _cluster.Restart(2);
        _cluster.Until(() => _cluster[2].Engine.PartitionCount == 2);

        Assert.Equal("199", StaleOf(node: 2, "key19").TrimEnd());
    }

    private void Put(uint node, string key, string value) =>
        _cluster[node].Engine.Open(_sink).Submit(Fakes.Requests.Put(++_lastId, key, value, timeoutMs: 30_000));

    private string Get(uint node, string key) => Ask(node, Fakes.Requests.Get(++_lastId, key));

    private string StaleOf(uint node, string key) => Ask(node, Fakes.Requests.Get(++_lastId, key, flags: RequestFlags.Stale));

    private string Ask(uint node, byte[] request)
    {
        ulong id = _lastId;
        _cluster[node].Engine.Open(_sink).Submit(request);
        _cluster.Until(() => _sink.Find(id) is not null);
        return _sink.Find(id)!.Payload;
    }
}
