using System.Net.Sockets;
using Holdfast.Net.Listening;
using Holdfast.Net.Loop;
using Holdfast.Net.Tests.Support;

namespace Holdfast.Net.Tests.Loop;

public sealed class WorkTests
{
    [Fact]
    public void Work_posted_by_many_threads_all_runs_and_in_the_order_of_each_thread()
    {
        const int threads = 4;
        const int posts = 25_000;
        using var test = new TestLoop();
        int[] next = new int[threads];
        int misordered = 0;
        Thread[] posters = [.. Enumerable.Range(0, threads).Select(thread => new Thread(() =>
        {
            for (int i = 0; i < posts; i++)
            {
                int number = i;
                test.Loop.Post(new ActionWork(() => misordered += next[thread]++ == number ? 0 : 1));
            }
        }))];
        foreach (Thread poster in posters)
        {
            poster.Start();
        }

        foreach (Thread poster in posters)
        {
            poster.Join();
        }

        test.OnLoop(() => Assert.All(next, count => Assert.Equal(posts, count)));
        Assert.Equal(0, misordered);
    }

    [Fact]
    public void A_post_always_wakes_a_loop_that_is_about_to_sleep()
    {
        using var test = new TestLoop();
        using var ran = new AutoResetEvent(false);
        var work = new ActionWork(() => ran.Set());
        for (int i = 0; i < 20_000; i++)
        {
            // Nothing else would wake the loop: a lost wake-up stops here.
            test.Loop.Post(work);
            Assert.True(ran.WaitOne(Eventually.Patience), $"post {i} woke nobody");
        }
    }

    [Fact]
    public void The_task_runs_again_when_it_asked_to_without_anything_happening()
    {
        using var test = new TestLoop();
        var task = new CountingTask(intervalMicros: 500);
        test.OnLoop(() => test.Loop.SetTask(task));
        Eventually.True(() => task.Runs >= 50, "the task runs by itself");
        Assert.False(task.WentBack);
    }

    [Fact]
    public void A_task_that_waits_for_events_runs_once_an_event_came()
    {
        using var test = new TestLoop();
        var task = new CountingTask(intervalMicros: null);
        test.OnLoop(() => test.Loop.SetTask(task));
        Eventually.True(() => task.Runs == 1, "the task runs after the work that set it");
        test.Loop.Post(new ActionWork(() => { }));
        Eventually.True(() => task.Runs == 2, "the task runs after the next work");
    }

    [Fact]
    public void Scheduled_work_runs_in_the_order_of_its_times()
    {
        using var test = new TestLoop();
        var order = new List<int>();
        using var done = new ManualResetEventSlim();
        test.OnLoop(() =>
        {
            long now = test.Loop.NowMicros;
            test.Loop.Schedule(now + 3000, new ActionWork(() => order.Add(3)));
            test.Loop.Schedule(now + 1000, new ActionWork(() => order.Add(1)));
            test.Loop.Schedule(now + 3000, new ActionWork(() => order.Add(4)));
            test.Loop.Schedule(now + 2000, new ActionWork(() => order.Add(2)));
            test.Loop.Schedule(now + 4000, new ActionWork(done.Set));
        });
        Eventually.Set(done, "the last work");
        Assert.Equal([1, 2, 3, 4], order);
    }

    [Fact]
    public void Work_that_throws_is_fatal()
    {
        using var test = new TestLoop { ExpectsFatal = true };
        test.Loop.Post(new ActionWork(() => throw new FormatException("as asked")));
        Eventually.True(() => !test.Observer.Fatal.IsEmpty, "the host hears of it");
    }

    [Fact]
    public void A_loop_knows_its_thread()
    {
        using var test = new TestLoop();
        bool inside = false;
        test.OnLoop(() => inside = test.Loop.IsLoopThread);
        Assert.True(inside);
        Assert.False(test.Loop.IsLoopThread);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_loop_that_polls_before_it_sleeps_misses_nothing(bool mayPoll)
    {
        var observer = new RecordingObserver();
        using var loop = new EventLoop(new EventLoopOptions { Observer = observer, MaxPollMicros = 1_000 });
        loop.SetTask(new CountingTask(intervalMicros: null) { MayPoll = mayPoll });
        loop.Start();
        using var ran = new AutoResetEvent(false);
        var work = new ActionWork(() => ran.Set());
        for (int i = 0; i < 5_000; i++)
        {
            loop.Post(work);
            Assert.True(ran.WaitOne(Eventually.Patience), $"post {i} woke nobody");
        }

        Assert.Empty(observer.Fatal);
    }

    [Fact]
    public void A_loop_that_polls_serves_connections_and_runs_its_task()
    {
        var observer = new RecordingObserver();
        using var loop = new EventLoop(new EventLoopOptions { Observer = observer, MaxPollMicros = 1_000 });
        var task = new CountingTask(intervalMicros: 700) { MayPoll = true };
        loop.SetTask(task);
        loop.Start();
        using PortListener listener = PortListener.Open(
            loop, new ListenerOptions { Addresses = ListenerOptions.AddressesFor(bind: null, port: 0), Handlers = _ => new TestHandler() });
        using Socket client = TestClient.Connect(listener);
        for (byte i = 0; i < 200; i++)
        {
            client.Send([i]);
            Assert.Equal([i], client.ReceiveExactly(1));
        }

        int runs = task.Runs;
        Eventually.True(() => task.Runs > runs + 20, "the task runs by itself");
        Assert.False(task.WentBack);
        Assert.Empty(observer.Fatal);
    }

    [Fact]
    public void A_task_ends_its_turn_when_what_came_of_it_has_been_written()
    {
        using var test = new TestLoop();
        using PortListener listener = PortListener.Open(
            test.Loop, new ListenerOptions { Addresses = ListenerOptions.AddressesFor(bind: null, port: 0), Handlers = _ => new TestHandler() });
        using Socket client = TestClient.Connect(listener);
        var task = new LookingTask(client);
        test.OnLoop(() => test.Loop.SetTask(task));
        client.Send([1]);
        Eventually.True(() => task.SawTheEcho, "the echo is written between a run and its end");
        Assert.False(task.SawItTooSoon);
    }

    /// <summary>Looks, before and after output is written, whether there is something for the client to read.</summary>
    private sealed class LookingTask(Socket client) : ILoopTask
    {
        private bool _isEmptyBefore;

        internal volatile bool SawTheEcho;

        internal volatile bool SawItTooSoon;

        public bool MayPoll => false;

        public void Begin(long nowMicros)
        {
        }

        public void Run(long nowMicros)
        {
            if (!SawTheEcho)
            {
                _isEmptyBefore = client.Available == 0;
                SawItTooSoon |= !_isEmptyBefore;
            }
        }

        public long End()
        {
            SawTheEcho = SawTheEcho || (_isEmptyBefore && client.Available > 0);
            return long.MaxValue;
        }
    }

    private sealed class CountingTask(long? intervalMicros) : ILoopTask
    {
        private long _last;

        internal volatile int Runs;

        internal volatile bool WentBack;

        public bool MayPoll { get; init; }

        public void Begin(long nowMicros) => WentBack |= nowMicros < _last;

        public void Run(long nowMicros)
        {
            WentBack |= nowMicros < _last;
            _last = nowMicros;
            Runs++;
        }

        public long End() => _last + intervalMicros ?? long.MaxValue;
    }
}
