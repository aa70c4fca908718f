using System.Text;
using Holdfast.Consensus.Tests.Harness;
using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Random;

/// <summary>
/// Seeds drive a group through loss, duplication, reordering, crashes that lose what was not durable, slow disks, transfers,
/// membership changes, reads and compaction; the checker watches each step. Then all heals, and the group must agree.
/// A failure names its seed.
/// </summary>
public sealed class RandomizedClusterTests
{
    private const int SeedsPerCase = 20;

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, 16)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_group_stays_safe_under_any_fault_and_agrees_once_they_end(int number)
    {
        for (int i = 0; i < SeedsPerCase; i++)
        {
            ulong seed = (ulong)((number * SeedsPerCase) + i + 1);
            var run = new RandomRun(seed);
            Exception? failure = Record.Exception(run.Play);
            Assert.True(failure is null, $"seed {seed}: {failure}");
        }
    }

    [Fact]
    public void One_seed_plays_the_same_twice()
    {
        Assert.Equal(Transcript(7), Transcript(7));

        static string Transcript(ulong seed)
        {
            var run = new RandomRun(seed);
            run.Play();
            return run.Cluster.Sent.Aggregate(new StringBuilder(), (text, message) => text.Append(message).Append('\n')).ToString();
        }
    }

    [Fact]
    public void The_seeds_reach_the_rare_cases()
    {
        var runs = Enumerable.Range(1, 40).Select(seed => new RandomRun((ulong)seed)).ToList();
        runs.ForEach(run => run.Play());
        Assert.True(runs.Sum(run => run.Cluster.All.Sum(replica => replica.SnapshotsInstalled)) > 20);
        Assert.True(runs.Sum(run => run.Cluster.Checker.Elections) > 80);
        Assert.True(runs.Sum(run => run.ReadsGranted) > 400);
        Assert.True(runs.Sum(run => run.ChangesAccepted) > 80);
        Assert.True(runs.Sum(run => run.TransfersBegun) > 40);
        Assert.Contains(runs, run => run.Cluster.All.Any(replica => replica.Node.Configuration.Learners.Count > 0));
        Assert.Contains(runs.SelectMany(run => run.Cluster.Sent), message => message.Kind == MessageKind.AppendResponse && message.Reject);
    }
}
