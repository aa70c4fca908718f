using Holdfast.Api;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Logging;

/// <summary>What an engine does with a batch that waits for company.</summary>
public sealed class HeldBatchTests
{
    private const int StepMicros = 100;
    private const int MaxDelaySteps = 3;
    private const int HangSteps = 10;
    private const int SyncStep = 1;

    private readonly RecordingSink _sink = new();
    private ulong _lastId;

    [Theory]
    [InlineData(20, MaxDelaySteps)]
    [InlineData(1, 2)]
    public void After_many_writers_a_write_is_held_and_goes_when_its_wait_is_over_not_with_the_next_tick(int writers, int lastSyncToWrite)
    {
        using TestCluster cluster = TestCluster.Formed(
            nodes: 1, partitions: 1, options => options with { MaxCommitDelayMicros = MaxDelaySteps * StepMicros });
        using IRequestSession session = cluster[0].Engine.Open(_sink);
        cluster.StepMicros = StepMicros;
        for (int round = 0; round < 20; round++)
        {
            Put(session, writers);
            cluster[0].DiskHangs = true;
            cluster.Steps(HangSteps);
            cluster[0].DiskHangs = false;
            cluster.Until(AllAreAnswered);
        }

        // Two steps after the last sync: the node took that back before it read its clock.
        int sinceSync = 2;
        Put(session, 1);
        cluster.Step();
        cluster.SleepsWhenIdle = true;
        cluster.Until(() =>
        {
            bool isAnswered = AllAreAnswered();
            sinceSync += isAnswered ? 0 : 1;
            return isAnswered;
        });
        Assert.Equal(lastSyncToWrite + SyncStep, sinceSync);
    }

    private bool AllAreAnswered() => _sink.Replies.Count == (int)_lastId;

    private void Put(IRequestSession session, int count)
    {
        for (int i = 0; i < count; i++)
        {
            session.Submit(Fakes.Requests.Put(++_lastId, "key", "value"));
        }
    }
}
