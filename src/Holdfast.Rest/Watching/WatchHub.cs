using System.Buffers;
using System.Threading.Channels;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Rest.Watching;

/// <summary>
/// What a node's watchers share: while there is one, each partition is read once for all of them, and one timer is the heartbeat of all.
/// Whatever happens goes through one queue of inputs to one consumer, so that events have one order. Thread-safe.
/// </summary>
internal sealed class WatchHub : IDisposable
{
    private const int HeartbeatsPerComment = 10;
    private const uint MinFaultPauseMs = 100;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    private readonly IRequestGate _gate;
    private readonly WatchOptions _options;
    private readonly WatchMetrics _metrics;
    private readonly QueueMemory _memory;
    private readonly Channel<Action> _inputs = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _pump;
    private int _admitted;
    private int _members;
    private int _heartbeats;
    private ITimer? _heartbeat;
    private ITimer?[] _pauses = [];
    private ChangeTail? _tail;
    private WatchFeed? _feed;

    public WatchHub(IRequestGate gate, WatchOptions options, WatchMetrics metrics)
    {
        _gate = gate;
        _options = options;
        _metrics = metrics;
        _memory = new QueueMemory(options.NodeQueueBytes);
        Stopped = _stopped.Token;
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>Cancelled once the node stops: all watches end.</summary>
    public CancellationToken Stopped { get; }

    /// <summary>Counts a watcher in that <see cref="Dismiss"/> counts out; false when there are as many as the node takes.</summary>
    public bool TryAdmit()
    {
        if (Interlocked.Increment(ref _admitted) <= _options.MaxWatchers)
        {
            _metrics.CountWatchers(1);
            return true;
        }

        Interlocked.Decrement(ref _admitted);
        return false;
    }

    /// <summary>Counts a watcher out that was admitted.</summary>
    public void Dismiss()
    {
        Interlocked.Decrement(ref _admitted);
        _metrics.CountWatchers(-1);
    }

    /// <summary>
    /// Keeps the partitions being read until <see cref="Leave"/>. The first of all says where the reading begins: at the <paramref name="ends"/>
    /// of the partitions, as they were just now.
    /// </summary>
    public Task EnterAsync(WatchOrigin origin, Revision[] ends) => AskAsync(() =>
    {
        if (_members++ == 0)
        {
            Begin(origin, ends);
        }

        return true;
    });

    /// <summary>The counterpart of <see cref="EnterAsync"/>. The queue gets nothing any more.</summary>
    public void Leave(WatchQueue queue)
    {
        queue.Close();
        _inputs.Writer.TryWrite(() =>
        {
            _feed?.Remove(queue);
            if (--_members == 0)
            {
                End();
            }
        });
    }

    /// <summary>Up to where everything was told. For those that entered.</summary>
    public Task<Revision[]> PositionsAsync() => AskAsync(() => _feed!.Positions.ToArray());

    /// <summary>Opens a queue to all that comes, and gives the positions after which it comes. For those that entered.</summary>
    public Task<Revision[]> JoinAsync(WatchQueue queue) => AskAsync(() =>
    {
        _feed!.Add(queue);
        return _feed.Positions.ToArray();
    });

    /// <summary>Ends all watches and takes none any more.</summary>
    public void Dispose()
    {
        _inputs.Writer.TryComplete();
        _stopped.Cancel();
    }

    private async Task PumpAsync()
    {
        try
        {
            await foreach (Action input in _inputs.Reader.ReadAllAsync())
            {
                input();
            }
        }
        catch (Exception failure)
        {
            _options.Fatal(failure);
            throw;
        }
        finally
        {
            Dispose();
            End();
        }
    }

    private async Task<T> AskAsync<T>(Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_inputs.Writer.TryWrite(() => answer.SetResult(question())))
        {
            // Throws what broke it, unless it was stopped.
            await _pump;
        }

        return await answer.Task.WaitAsync(Stopped);
    }

    private void Begin(WatchOrigin origin, Revision[] ends)
    {
        _feed = new WatchFeed(origin, [.. ends], _options, _memory, _metrics);
        _tail = new ChangeTail(_gate, Receive);
        _pauses = new ITimer?[ends.Length];
        for (int partition = 0; partition < ends.Length; partition++)
        {
            _tail.Poll(partition, ends[partition]);
        }

        _heartbeat = _options.Clock.CreateTimer(_ => _inputs.Writer.TryWrite(Beat), null, Heartbeat, Heartbeat);
    }

    private void End()
    {
        _heartbeat?.Dispose();
        Array.ForEach(_pauses, timer => timer?.Dispose());
        _tail?.Dispose();
        _tail = null;
        _feed = null;
    }

    private void Beat()
    {
        _feed?.TellProgress();
        if (++_heartbeats % HeartbeatsPerComment == 0)
        {
            _feed?.TellComment();
        }
    }

    /// <summary>On the engine's thread: hands the replies over.</summary>
    private void Receive(ChangeTail tail, byte[] replies, int length)
    {
        if (!_inputs.Writer.TryWrite(() => Take(tail, replies, length)))
        {
            ArrayPool<byte>.Shared.Return(replies);
        }
    }

    private void Take(ChangeTail tail, byte[] replies, int length)
    {
        ReadOnlySpan<byte> rest = replies.AsSpan(0, length);
        while (tail == _tail && !rest.IsEmpty)
        {
            OperationStatus status = Reply.TryRead(rest, out Reply reply, out int consumed);
            Invariant.Require(status == OperationStatus.Done, "a gate answers with whole replies");
            rest = rest[consumed..];
            Take(tail, reply);
        }

        ArrayPool<byte>.Shared.Return(replies);
    }

    private void Take(ChangeTail tail, in Reply reply)
    {
        int partition = (int)reply.Id;
        uint pauseMs = reply.RetryAfterMs;
        if (reply.Fault == FaultCode.None)
        {
            _feed!.Take(partition, reply);
        }
        else
        {
            pauseMs = Math.Max(pauseMs, MinFaultPauseMs);
        }

        // Not only faults name a pause: so does a replica at which as many requests wait as may, and asked at once it would answer at once.
        if (pauseMs > 0)
        {
            PollAfter(tail, partition, TimeSpan.FromMilliseconds(pauseMs));
        }
        else
        {
            Poll(tail, partition);
        }
    }

    /// <summary>Polls a partition once a pause is over. It has a timer of its own, from its first pause on: pauses differ.</summary>
    private void PollAfter(ChangeTail tail, int partition, TimeSpan pause)
    {
        ITimer timer = _pauses[partition] ??= _options.Clock.CreateTimer(
            _ => _inputs.Writer.TryWrite(() => Poll(tail, partition)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(pause, Timeout.InfiniteTimeSpan);
    }

    private void Poll(ChangeTail tail, int partition)
    {
        if (tail == _tail)
        {
            tail.Poll(partition, _feed!.Positions[partition]);
        }
    }
}
