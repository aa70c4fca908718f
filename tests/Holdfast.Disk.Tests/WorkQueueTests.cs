using Holdfast.Primitives;

namespace Holdfast.Disk.Tests;

public sealed class WorkQueueTests : IDisposable
{
    /// <summary>So long a test waits for what must happen; no test waits for what must not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Longer than any wait here, so that each counts as a short one.</summary>
    private const long MaxPollMicros = 600_000_000;

    private readonly IdlePolling _polling = new(MaxPollMicros);
    private readonly DiskWork _work = new Nothing();
    private readonly WorkQueue _queue;
    private Action _yield = () => { };
    private volatile int _looks;

    public WorkQueueTests() => _queue = new WorkQueue(_polling, () =>
    {
        _looks++;
        _yield();
    });

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void A_thread_that_may_poll_takes_what_comes_while_it_looks()
    {
        _queue.MayPoll = true;
        _polling.Slept(1, somethingCame: true);
        _yield = () => _queue.Add(_work);

        Assert.Same(_work, Await(Take()));
        Assert.Equal(1, _looks);
    }

    [Fact]
    public void One_that_may_not_sleeps_without_a_look()
    {
        _polling.Slept(1, somethingCame: true);

        Task<DiskWork?> taken = Take();
        AddWhenAsleep();

        Assert.Same(_work, Await(taken));
        Assert.Equal(0, _looks);
    }

    [Fact]
    public void It_polls_only_after_sleep_that_polling_would_have_saved()
    {
        _queue.MayPoll = true;

        // What is added between its announcement and its sleep keeps it awake: then again.
        do
        {
            Task<DiskWork?> first = Take();
            AddWhenAsleep();
            Assert.Same(_work, Await(first));
            Assert.Equal(0, _looks);
        }
        while (_polling.WindowMicros(nowMicros: 0) == 0);

        _yield = () => _queue.Add(_work);
        Assert.Same(_work, Await(Take()));
        Assert.Equal(1, _looks);
    }

    [Fact]
    public void It_sleeps_when_what_it_looked_for_has_not_come_in_time()
    {
        _queue.MayPoll = true;
        _polling.Slept(1, somethingCame: true);

        Task<DiskWork?> taken = Take();
        AddWhenAsleep();

        Assert.Same(_work, Await(taken));
        Assert.True(_looks > 0);
    }

    [Fact]
    public void The_end_is_noticed_while_polling()
    {
        _queue.MayPoll = true;
        _polling.Slept(1, somethingCame: true);
        _yield = _queue.End;

        Assert.Null(Await(Take()));
        Assert.Equal(1, _looks);
    }

    private void AddWhenAsleep()
    {
        Assert.True(SpinWait.SpinUntil(() => _queue.IsAsleep, Patience), "the thread falls asleep");
        _queue.Add(_work);
    }

    private Task<DiskWork?> Take() => Task.Run(_queue.Take);

    private static DiskWork? Await(Task<DiskWork?> taken)
    {
        Assert.True(taken.Wait(Patience), "the thread has its work");
        return taken.Result;
    }

    private sealed class Nothing : DiskWork
    {
        public override void Execute(IDisk disk)
        {
        }
    }
}
