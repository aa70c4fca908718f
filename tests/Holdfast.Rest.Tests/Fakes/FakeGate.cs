using System.Buffers;
using System.Collections.Concurrent;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Rest.Tests.Fakes;

/// <summary>
/// A store in memory behind the waist: partitions with real paging, and replies on a thread of its own, as an engine gives them.
/// </summary>
public sealed class FakeGate : IRequestGate, IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _engine;
    private readonly ConcurrentQueue<Action> _held = new();
    private int _openSessions;

    public FakeGate()
    {
        _engine = new Thread(Run) { IsBackground = true };
        _engine.Start();
    }

    public int PartitionCount { get; set; } = 16;

    public int MaxValueBytes { get; set; } = 1024 * 1024;

    /// <summary>The partitions' contents. Tests touch them while no request is open.</summary>
    public FakePartition[] Partitions { get; } = [.. Enumerable.Range(0, 16).Select(_ => new FakePartition())];

    /// <summary>Decides which requests fail and how; null: none.</summary>
    public Func<SeenRequest, Fault?>? Fails { get; set; }

    /// <summary>Decides which requests wait for <see cref="Release"/>; null: none.</summary>
    public Func<SeenRequest, bool>? Holds { get; set; }

    /// <summary>The requests so far, in the order sent.</summary>
    public ConcurrentQueue<SeenRequest> Seen { get; } = new();

    public int OpenSessions => Volatile.Read(ref _openSessions);

    public int HeldCount => _held.Count;

    public FakePartition PartitionOf(ReadOnlySpan<byte> key) => Partitions[IndexOf(key)];

    public void Seed(byte[] key, byte[] value, ulong timeToLiveMs = 0) => PartitionOf(key).Set(key, value, timeToLiveMs);

    public void Release()
    {
        Holds = null;
        while (_held.TryDequeue(out Action? work))
        {
            _work.Add(work);
        }
    }

    public IRequestSession Open(IReplySink sink)
    {
        Interlocked.Increment(ref _openSessions);
        return new Session(this, sink);
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _engine.Join();
        _work.Dispose();
    }

    private int IndexOf(ReadOnlySpan<byte> key) => (int)(Crc32C.Compute(key) % (uint)PartitionCount);

    private void Run()
    {
        foreach (Action work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }

    private void Answer(byte[] bytes, SeenRequest seen, IReplySink sink)
    {
        Request.TryRead(bytes, out Request request, out _);
        var output = new ArrayBufferWriter<byte>();
        var reply = new Reply { Id = request.Id, ServedBy = new NodeId(2), Partition = new PartitionId((uint)seen.Partition) };
        if (Fails?.Invoke(seen) is { } fault)
        {
            reply.Fault = fault.Code;
            reply.Outcome = fault.Outcome;
            reply.Revision = fault.Revision;
            reply.RetryAfterMs = fault.RetryAfterMs;
            reply.Payload = System.Text.Encoding.UTF8.GetBytes(fault.Detail);
        }
        else
        {
            Partitions[seen.Partition].Apply(request, ref reply);
        }

        reply.Write(output);
        sink.OnReplies(output.WrittenSpan);
    }

    private sealed class Session(FakeGate gate, IReplySink sink) : IRequestSession
    {
        private int _disposed;

        public void Submit(ReadOnlySpan<byte> requests)
        {
            while (!requests.IsEmpty)
            {
                Assert.Equal(OperationStatus.Done, Request.TryRead(requests, out Request request, out int consumed));
                int partition = request.Operation.HasKey() ? gate.IndexOf(request.Key) : (int)request.Partition.Value;
                var seen = new SeenRequest(
                    request.Operation,
                    request.Flags,
                    partition,
                    request.Key.ToArray(),
                    request.Value.Length,
                    request.TimeoutMs,
                    request.Revision,
                    request.Argument,
                    request.Expiry);
                gate.Seen.Enqueue(seen);
                byte[] copy = requests[..consumed].ToArray();
                Action work = () => gate.Answer(copy, seen, sink);
                if (gate.Holds?.Invoke(seen) == true)
                {
                    gate._held.Enqueue(work);
                }
                else
                {
                    gate._work.Add(work);
                }

                requests = requests[consumed..];
            }
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Interlocked.Decrement(ref gate._openSessions);
            }
        }
    }
}

/// <summary>A request as the gate saw it.</summary>
public sealed record SeenRequest(
    Operation Operation, RequestFlags Flags, int Partition, byte[] Key, int ValueLength, uint TimeoutMs, Revision Revision, long Argument, Expiry Expiry);
