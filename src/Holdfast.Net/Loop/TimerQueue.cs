namespace Holdfast.Net.Loop;

/// <summary>Work by the time at which it is due; work of one time runs in the order it was scheduled.</summary>
internal sealed class TimerQueue
{
    private readonly PriorityQueue<ILoopWork, (long AtMicros, long Order)> _queue = new();
    private long _scheduled;

    /// <summary>When the next work is due; <see cref="long.MaxValue"/> when there is none.</summary>
    internal long NextMicros => _queue.TryPeek(out _, out var due) ? due.AtMicros : long.MaxValue;

    internal void Add(long atMicros, ILoopWork work) => _queue.Enqueue(work, (atMicros, _scheduled++));

    internal void RunDue(long nowMicros)
    {
        while (_queue.TryPeek(out _, out var due) && due.AtMicros <= nowMicros)
        {
            _queue.Dequeue().Execute();
        }
    }
}
