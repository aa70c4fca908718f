using Holdfast.Net.Linux;

namespace Holdfast.Net.Loop;

/// <summary>How the loop waits for what comes next: asleep, and before that, while little is under way, awake.</summary>
public sealed partial class EventLoop
{
    private int Wait()
    {
        if (HasWork || !_posted.IsEmpty)
        {
            return Poller.Wait(0);
        }

        long due = Math.Min(_taskDueMicros, _timers.NextMicros);
        return Options.MaxPollMicros > 0 && _task is null or { MayPoll: true } ? PollThenSleep(due) : Sleep(due, out _);
    }

    private int PollThenSleep(long dueMicros)
    {
        long began = ReadClock();
        int ready = Poll(began, Math.Min(dueMicros, began + _polling.WindowMicros(began)));
        if (ready > 0 || !_posted.IsEmpty)
        {
            return ready;
        }

        ready = Sleep(dueMicros, out bool slept);
        if (slept)
        {
            _polling.Slept(ReadClock() - began, ready > 0);
        }

        return ready;
    }

    /// <summary>
    /// Looks for what comes until then, and between two looks lets everybody else who wants the core have it. Whoever is woken meanwhile finds
    /// a core that is awake, which is the other half of the gain.
    /// </summary>
    private int Poll(long nowMicros, long untilMicros)
    {
        int ready = 0;
        while (nowMicros < untilMicros && ready == 0 && _posted.IsEmpty)
        {
            ready = Poller.Wait(0);
            if (ready == 0)
            {
                long before = nowMicros;
                Thread.Yield();
                nowMicros = ReadClock();
                if (!_polling.MayGoOn(nowMicros, nowMicros - before))
                {
                    break;
                }
            }
        }

        return ready;
    }

    private int Sleep(long dueMicros, out bool slept)
    {
        long timeout = dueMicros == long.MaxValue ? Poller.Forever : Math.Max(dueMicros - ReadClock(), 0);
        slept = timeout > 0 && _posted.TrySleep();
        if (!slept)
        {
            return Poller.Wait(0);
        }

        int ready = Poller.Wait(timeout);
        _posted.Awake();
        return ready;
    }
}
