using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Resp.Tests.Fakes;

/// <summary>In which order a fake gate gives its replies.</summary>
public enum ReplyOrder
{
    /// <summary>As the requests came.</summary>
    AsSent,

    /// <summary>The last first.</summary>
    Reversed,

    /// <summary>Shuffled by a seeded generator.</summary>
    Shuffled,
}

/// <summary>A store of dictionaries behind the gate: requests take effect when submitted, replies wait until they are delivered.</summary>
public sealed class FakeGate(int partitions = 4) : IRequestGate
{
    private readonly SeededRandom _random = new(7);
    private readonly List<FakeSession> _sessions = [];
    private readonly FakePartition[] _partitions = [.. Enumerable.Range(0, Math.Max(partitions, 1)).Select(_ => new FakePartition())];

    public int PartitionCount { get; set; } = partitions;

    public int MaxValueBytes { get; set; } = Limits.DefaultMaxValueBytes;

    /// <summary>Makes requests fail: given the operation and the key, or the partition's number as text.</summary>
    public Func<Operation, string, Fault?> Fails { get; set; } = (_, _) => null;

    public ReplyOrder Order { get; set; }

    /// <summary>The time that keys expire by, in ms since the Unix epoch.</summary>
    public Func<long> NowMs { get; set; } = () => 0;

    /// <summary>The operations submitted so far, each with its key or its partition's number.</summary>
    public List<string> Log { get; } = [];

    /// <summary>How many hand-overs there were.</summary>
    public int Submits { get; private set; }

    /// <summary>The flags of the last request.</summary>
    public RequestFlags LastFlags { get; private set; }

    public int OpenSessions => _sessions.Count;

    /// <summary>How many keys a page of a listing holds.</summary>
    public int PageKeys { get; set; } = 3;

    public IRequestSession Open(IReplySink sink)
    {
        FakeSession session = new(this, sink);
        _sessions.Add(session);
        return session;
    }

    /// <summary>Replies that wait to be delivered.</summary>
    public int Waiting => _sessions.Sum(session => session.Replies.Count);

    /// <summary>Delivers the replies that wait, and those that follow from them, in the chosen order.</summary>
    public void DeliverAll()
    {
        while (Deliver(int.MaxValue) > 0)
        {
        }
    }

    /// <summary>Delivers at most so many of the replies that wait; returns how many.</summary>
    public int Deliver(int max)
    {
        int delivered = 0;
        foreach (FakeSession session in _sessions.ToArray())
        {
            List<byte[]> replies = session.Replies;
            Arrange(replies);
            byte[][] batch = [.. replies.Take(max)];
            replies.RemoveRange(0, batch.Length);
            delivered += batch.Length;
            if (batch.Length > 0)
            {
                session.Sink.OnReplies([.. batch.SelectMany(reply => reply)]);
            }
        }

        return delivered;
    }

    private void Arrange(List<byte[]> replies)
    {
        if (Order == ReplyOrder.Reversed)
        {
            replies.Reverse();
        }

        for (int i = replies.Count - 1; Order == ReplyOrder.Shuffled && i > 0; i--)
        {
            int j = _random.Next(i + 1);
            (replies[i], replies[j]) = (replies[j], replies[i]);
        }
    }

    private byte[] Carry(in Request request)
    {
        LastFlags = request.Flags;
        Reply reply = new() { Id = request.Id };
        bool hasKey = request.Operation.HasKey();
        int slot = hasKey ? FakePartition.SlotOf(request.Key) : 0;
        int partition = hasKey ? (int)((long)slot * PartitionCount / 16384) : (int)request.Partition.Value;
        string subject = hasKey ? Encoding.Latin1.GetString(request.Key) : partition.ToString();
        Log.Add(request.Operation == Operation.Batch ? FakeBatch.Describe(request) : $"{request.Operation} {subject}");
        byte[] payload = [];
        Fault? crossSlot = request.Operation == Operation.Batch && PartitionCount > 1 && FakeBatch.SlotsOf(request).Count > 1
            ? new Fault(FaultCode.CrossSlot, Outcome.NotApplied, "slots differ")
            : null;
        if ((Fails(request.Operation, subject) ?? crossSlot) is { } fault)
        {
            reply.Fault = fault.Code;
            reply.Outcome = fault.Outcome;
            payload = Encoding.UTF8.GetBytes(fault.Detail);
        }
        else
        {
            payload = _partitions[partition].Apply(request, slot, ref reply, PageKeys, MaxValueBytes, NowMs());
        }

        reply.Payload = payload;
        ArrayBufferWriter<byte> output = new();
        reply.Write(output);
        return output.WrittenSpan.ToArray();
    }

    private sealed class FakeSession(FakeGate gate, IReplySink sink) : IRequestSession
    {
        public IReplySink Sink { get; } = sink;

        public List<byte[]> Replies { get; } = [];

        public void Submit(ReadOnlySpan<byte> requests)
        {
            gate.Submits++;
            while (!requests.IsEmpty)
            {
                Assert.Equal(OperationStatus.Done, Request.TryRead(requests, out Request request, out int consumed));
                requests = requests[consumed..];
                Replies.Add(gate.Carry(request));
            }
        }

        public void Dispose() => gate._sessions.Remove(this);
    }
}
