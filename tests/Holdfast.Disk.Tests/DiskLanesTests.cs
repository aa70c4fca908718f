using System.Collections.Concurrent;
using Holdfast.Primitives;

namespace Holdfast.Disk.Tests;

public sealed class DiskLanesTests : IDisposable
{
    /// <summary>So long a test waits for what must happen; no test waits for what must not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _directory = new();
    private readonly RealDisk _disk;
    private readonly BlockingCollection<DiskWork> _completed = [];
    private readonly BlockingCollection<Exception> _fatal = [];
    private readonly DiskLanes _lanes;

    public DiskLanesTests()
    {
        _disk = new RealDisk(_directory.Path);
        _lanes = new DiskLanes(_disk, _completed.Add, _fatal.Add);
    }

    public void Dispose()
    {
        _lanes.Dispose();
        _disk.Dispose();
        _directory.Dispose();
        _completed.Dispose();
        _fatal.Dispose();
    }

    [Fact]
    public void Work_of_a_lane_runs_in_order_and_comes_back_in_order()
    {
        List<int> ran = [];
        List<DiskWork> submitted = [];
        for (int i = 0; i < 100; i++)
        {
            int number = i;
            submitted.Add(new Work(_ => ran.Add(number)));
            _lanes.Submit(DiskLane.Log, submitted[^1]);
        }

        Assert.Equal(submitted, Enumerable.Range(0, 100).Select(_ => Next()));
        Assert.Equal(Enumerable.Range(0, 100), ran);
    }

    [Fact]
    public void A_bulk_lane_that_hangs_does_not_hold_up_the_log()
    {
        using var release = new ManualResetEventSlim();
        var bulk = new Work(_ => release.Wait());
        var log = new Work(_ => { });
        _lanes.Submit(DiskLane.Bulk, bulk);
        _lanes.Submit(DiskLane.Log, log);

        Assert.Same(log, Next());
        release.Set();
        Assert.Same(bulk, Next());
    }

    [Fact]
    public void A_refusal_of_the_disk_comes_back_with_the_work_and_the_lane_goes_on()
    {
        var failing = new Work(disk => disk.Open("nothing"));
        var next = new Work(_ => { });
        _lanes.Submit(DiskLane.Log, failing);
        _lanes.Submit(DiskLane.Log, next);

        Assert.Equal(DiskFault.Failed, Next().Failure!.Fault);
        Assert.Null(Next().Failure);
    }

    [Fact]
    public void Anything_else_reaches_the_fatal_handler_and_the_lane_runs_nothing_more()
    {
        bool ran = false;
        _lanes.Submit(DiskLane.Log, new Work(_ => Invariant.Require(false, "as a test")));
        _lanes.Submit(DiskLane.Log, new Work(_ => ran = true));

        Assert.True(_fatal.TryTake(out Exception? error, Patience));
        Assert.IsType<InvariantViolationException>(error);
        _lanes.Dispose();
        Assert.False(ran);
        Assert.Empty(_completed);
    }

    [Fact]
    public void A_piece_that_hangs_shows_before_it_comes_back()
    {
        using var release = new ManualResetEventSlim();
        using var started = new ManualResetEventSlim();
        _lanes.Submit(DiskLane.Log, new Work(_ =>
        {
            started.Set();
            release.Wait();
        }));
        _lanes.Submit(DiskLane.Log, new Work(_ => { }));
        Assert.True(started.Wait(Patience));

        DiskLaneHealth first = _lanes.Health(DiskLane.Log);
        DiskLaneHealth later = first;
        SpinWait.SpinUntil(() => (later = _lanes.Health(DiskLane.Log)).Running > first.Running, Patience);
        Assert.True(later.Running > first.Running);
        Assert.Equal((0, 1), (later.Completed, later.Queued));

        release.Set();
        Next();
        Next();
        DiskLaneHealth after = _lanes.Health(DiskLane.Log);
        Assert.Equal((2, 0, TimeSpan.Zero), (after.Completed, after.Queued, after.Running));
        Assert.True(after.Longest >= later.Running);
        Assert.True(after.Last <= after.Longest);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_lane_that_polls_before_it_sleeps_misses_nothing(bool mayPoll)
    {
        using var lanes = new DiskLanes(_disk, _completed.Add, _fatal.Add, maxPollMicros: 1_000) { MayPoll = mayPoll };
        for (int i = 0; i < 5_000; i++)
        {
            var work = new Work(_ => { });
            lanes.Submit(DiskLane.Log, work);
            Assert.Same(work, Next());
        }

        Assert.Equal(mayPoll, lanes.MayPoll);
        Assert.Empty(_fatal);
    }

    [Fact]
    public void What_was_submitted_runs_before_the_lanes_end()
    {
        int ran = 0;
        for (int i = 0; i < 50; i++)
        {
            _lanes.Submit(DiskLane.Bulk, new Work(_ => ran++));
        }

        _lanes.Dispose();

        Assert.Equal(50, ran);
    }

    private DiskWork Next()
    {
        Assert.True(_completed.TryTake(out DiskWork? work, Patience));
        return work;
    }

    private sealed class Work(Action<IDisk> action) : DiskWork
    {
        public override void Execute(IDisk disk) => action(disk);
    }
}
