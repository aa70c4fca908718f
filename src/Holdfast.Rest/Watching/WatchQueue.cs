using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Rest.Watching;

/// <summary>Why a queue gives nothing at the moment, or that it gives something.</summary>
internal enum QueueState
{
    /// <summary>It has events, or waits for some.</summary>
    Open,

    /// <summary>It was given more than it holds: what was in it is gone, and its watcher reads the history instead.</summary>
    Overflowed,

    /// <summary>Its watcher is to end.</summary>
    Closed,
}

/// <summary>
/// The events that wait for one watcher, bounded in bytes. The hub adds, the watcher takes. An idle one is a few words: it holds no buffer while
/// it is empty. Thread-safe.
/// </summary>
internal sealed class WatchQueue(byte[] prefix, int bound)
{
    private readonly Lock _lock = new();
    private Queue<WatchEvent>? _events;
    private TaskCompletionSource? _waiter;
    private QueueState _state = QueueState.Overflowed;

    /// <summary>What the keys begin with that its watcher is told of.</summary>
    public byte[] Prefix { get; } = prefix;

    /// <summary>The bytes that wait.</summary>
    public int Bytes { get; private set; }

    /// <summary>Takes events from now on; what was missed since it overflowed comes from the history.</summary>
    public void Reopen()
    {
        lock (_lock)
        {
            _state = _state == QueueState.Closed ? QueueState.Closed : QueueState.Open;
        }
    }

    /// <summary>Adds an event; false when the queue takes none, now that it has overflowed or was closed.</summary>
    public bool TryAdd(WatchEvent item)
    {
        lock (_lock)
        {
            if (_state != QueueState.Open)
            {
                return false;
            }

            if (Bytes + item.Size > bound)
            {
                Drop(QueueState.Overflowed);
                return false;
            }

            item.Hold();
            (_events ??= new Queue<WatchEvent>()).Enqueue(item);
            Bytes += item.Size;
            Wake();
            return true;
        }
    }

    /// <summary>Drops what waits: the watcher has to read the history.</summary>
    public void Overflow()
    {
        lock (_lock)
        {
            Drop(_state == QueueState.Closed ? QueueState.Closed : QueueState.Overflowed);
        }
    }

    /// <summary>Drops what waits and takes nothing any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            Drop(QueueState.Closed);
        }
    }

    /// <summary>Takes the next event, which the caller releases.</summary>
    public bool TryTake([NotNullWhen(true)] out WatchEvent? item)
    {
        lock (_lock)
        {
            item = null;
            if (_events is null || !_events.TryDequeue(out item))
            {
                return false;
            }

            Bytes -= item.Size;
            _events = _events.Count == 0 ? null : _events;
            return true;
        }
    }

    /// <summary>Waits until there is an event, or none will come. One caller at a time.</summary>
    public async ValueTask<QueueState> WaitAsync()
    {
        Task wait;
        lock (_lock)
        {
            if (_state != QueueState.Open || _events is not null)
            {
                return _state;
            }

            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            wait = _waiter.Task;
        }

        await wait;
        lock (_lock)
        {
            return _state;
        }
    }

    private void Drop(QueueState state)
    {
        _state = state;
        while (_events is not null && _events.TryDequeue(out WatchEvent? item))
        {
            item.Release();
        }

        _events = null;
        Bytes = 0;
        Wake();
    }

    private void Wake()
    {
        _waiter?.SetResult();
        _waiter = null;
    }
}
