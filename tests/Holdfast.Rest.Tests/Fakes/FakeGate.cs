using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Rest.Tests.Fakes;

/// <summary>
/// A store in memory behind the waist: partitions with real paging, and replies on a thread of its own, as an engine gives them.
/// </summary>
public sealed class FakeGate : IRequestGate, IRouteMap, IDisposable
{
    private const int SlotCount = 16384;

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _engine;
    private readonly ConcurrentQueue<Action> _held = new();
    private int _openSessions;

    public FakeGate()
    {
        Changes = new FakeChanges(_work.Add);
        _engine = new Thread(Run) { IsBackground = true };
        _engine.Start();
    }

    public int PartitionCount { get; set; } = 16;

    /// <summary>The partitions' histories, which are apart from their contents.</summary>
    public FakeChanges Changes { get; }

    public int MaxValueBytes { get; set; } = 1024 * 1024;

    /// <summary>The partitions' contents. Tests touch them while no request is open.</summary>
    public FakePartition[] Partitions { get; } = [.. Enumerable.Range(0, 16).Select(_ => new FakePartition())];

    /// <summary>Decides which requests fail and how; null: none.</summary>
    public Func<SeenRequest, Fault?>? Fails { get; set; }

    /// <summary>Decides which requests wait for <see cref="Release"/>; null: none.</summary>
    public Func<SeenRequest, bool>? Holds { get; set; }

    /// <summary>The requests so far, in the order sent.</summary>
    public ConcurrentQueue<SeenRequest> Seen { get; } = new();

    /// <summary>The operations of the batches among them.</summary>
    public ConcurrentQueue<SeenRequest> SeenInBatches { get; } = new();

    public NodeId Self => new(2);

    public int OpenSessions => Volatile.Read(ref _openSessions);

    public int HeldCount => _held.Count;

    public FakePartition PartitionOf(ReadOnlySpan<byte> key) => Partitions[IndexOf(key)];

    public void Seed(byte[] key, byte[] value, ulong timeToLiveMs = 0) => PartitionOf(key).Set(key, value, timeToLiveMs);

    /// <summary>The slot of what stands in the first braces, or of the key.</summary>
    public int SlotOf(ReadOnlySpan<byte> key)
    {
        int open = key.IndexOf((byte)'{');
        int length = open < 0 ? 0 : key[(open + 1)..].IndexOf((byte)'}');
        return (int)(Crc32C.Compute(length > 0 ? key.Slice(open + 1, length) : key) % SlotCount);
    }

    public PartitionId PartitionOf(int slot) => new((uint)(slot % PartitionCount));

    public NodeId? LeaderOf(PartitionId partition) => Self;

    public bool HasReplica(PartitionId partition) => true;

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

    private int IndexOf(ReadOnlySpan<byte> key) => (int)PartitionOf(SlotOf(key)).Value;

    private void NoteBatch(in Request request, int partition)
    {
        ReadOnlySpan<byte> rest = request.Operation == Operation.Batch ? request.Value : [];
        while (!rest.IsEmpty)
        {
            Assert.Equal(OperationStatus.Done, Request.TryRead(rest, out Request operation, out int consumed));
            SeenInBatches.Enqueue(SeenRequest.Of(operation, partition));
            rest = rest[consumed..];
        }
    }

    private Fault? RefuseBatch(in Request batch)
    {
        bool anySlot = PartitionCount == 1 || batch.Flags.HasFlag(RequestFlags.AnySlot);
        ReadOnlySpan<byte> rest = batch.Value;
        while (!rest.IsEmpty)
        {
            Request.TryRead(rest, out Request operation, out int consumed);
            rest = rest[consumed..];
            if (anySlot ? IndexOf(operation.Key) != IndexOf(batch.Key) : SlotOf(operation.Key) != SlotOf(batch.Key))
            {
                return new Fault(FaultCode.CrossSlot, Outcome.NotApplied, "The keys do not live together.");
            }
        }

        return null;
    }

    private void Run()
    {
        foreach (Action work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }

    private void Answer(byte[] bytes, SeenRequest seen, Session session)
    {
        Request.TryRead(bytes, out Request request, out _);
        if (request.Operation == Operation.Changes && Fails?.Invoke(seen) is null)
        {
            Changes.Take(bytes, seen, session.Reply);
            return;
        }

        var output = new ArrayBufferWriter<byte>();
        var reply = new Reply { Id = request.Id, ServedBy = new NodeId(2), Partition = new PartitionId((uint)seen.Partition) };
        if ((Fails?.Invoke(seen) ?? (request.Operation == Operation.Batch ? RefuseBatch(request) : null)) is { } fault)
        {
            reply.Fault = fault.Code;
            reply.Outcome = fault.Outcome;
            reply.Revision = fault.Revision;
            reply.RetryAfterMs = fault.RetryAfterMs;
            reply.Payload = Encoding.UTF8.GetBytes(fault.Detail);
        }
        else
        {
            Partitions[seen.Partition].Apply(request, ref reply);
        }

        reply.Write(output);
        session.Reply(output.WrittenSpan);
    }

    private sealed class Session(FakeGate gate, IReplySink sink) : IRequestSession
    {
        private int _disposed;

        public void Reply(ReadOnlySpan<byte> replies)
        {
            if (Volatile.Read(ref _disposed) == 0)
            {
                sink.OnReplies(replies);
            }
        }

        public void Submit(ReadOnlySpan<byte> requests)
        {
            while (!requests.IsEmpty)
            {
                Assert.Equal(OperationStatus.Done, Request.TryRead(requests, out Request request, out int consumed));
                int partition = request.Operation.HasKey() ? gate.IndexOf(request.Key) : (int)request.Partition.Value;
                SeenRequest seen = SeenRequest.Of(request, partition);
                gate.Seen.Enqueue(seen);
                gate.NoteBatch(request, partition);
                byte[] copy = requests[..consumed].ToArray();
                Action work = () => gate.Answer(copy, seen, this);
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
                if (!gate._work.IsAddingCompleted)
                {
                    gate._work.Add(() => gate.Changes.Drop(Reply));
                }
            }
        }
    }
}

/// <summary>A request as the gate saw it.</summary>
public sealed record SeenRequest(
    Operation Operation, RequestFlags Flags, int Partition, byte[] Key, int ValueLength, uint TimeoutMs, Revision Revision, long Argument, Expiry Expiry)
{
    public string Token { get; init; } = "";

    public ulong Fingerprint { get; init; }

    public static SeenRequest Of(in Request request, int partition) => new(
        request.Operation,
        request.Flags,
        partition,
        request.Key.ToArray(),
        request.Value.Length,
        request.TimeoutMs,
        request.Revision,
        request.Argument,
        request.Expiry)
    {
        Token = Encoding.Latin1.GetString(request.Token),
        Fingerprint = request.Fingerprint,
    };
}
