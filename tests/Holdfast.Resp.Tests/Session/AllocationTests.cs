using System.Buffers;
using System.Runtime;
using System.Text;
using Holdfast.Api;
using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Session;

public sealed class AllocationTests
{
    [Theory]
    [InlineData(false, false, 0)]
    [InlineData(true, false, 0)]
    [InlineData(false, true, 0)]
    [InlineData(false, true, 1)]
    public void Pipelined_gets_and_sets_allocate_nothing(bool outOfOrder, bool cluster, uint leader)
    {
        EchoGate gate = new(outOfOrder);
        FakeShards shards = new();
        Array.Fill(shards.Leaders, leader);
        RespServer server = new(gate, shards, new FakeClock(), new RespIdentity { RunId = "r", Port = 1 }) { Routes = shards };
        FixedOutput output = new();
        using RespSession session = new(new RespOptions { Cluster = cluster }, server, output);
        byte[] input = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, 50).Select(i =>
            FakeConnection.Encode("SET", $"key:{i}", new string('v', 100)) + FakeConnection.Encode("GET", $"key:{i}"))));

        // Warm once the runtime compiles nothing more on this thread.
        long compiled;
        do
        {
            compiled = JitInfo.GetCompiledMethodCount(currentThread: true);
            Run(20);
        }
        while (JitInfo.GetCompiledMethodCount(currentThread: true) != compiled);

        var managed = ManagedBytes.Begin();
        Run(100);
        Assert.Equal(0, managed.Allocated);
        if (leader == 0)
        {
            Assert.Equal(50 * ("+OK\r\n".Length + "$100\r\n".Length + 102), output.Count);
        }
        else
        {
            Assert.StartsWith("-MOVED ", Encoding.ASCII.GetString(output.Written));
        }

        void Run(int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                output.Clear();
                int consumed = 0;
                while (consumed < input.Length)
                {
                    consumed += session.Consume(input.AsSpan(consumed));
                    gate.Deliver();
                }
            }
        }
    }

    /// <summary>Memory of a fixed size that is written over and over.</summary>
    private sealed class FixedOutput : IRespOutput, IBufferWriter<byte>
    {
        private readonly byte[] _bytes = new byte[1 << 20];

        public int Count { get; private set; }

        public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Count);

        public IBufferWriter<byte> Writer => this;

        public long UnsentBytes => 0;

        public void Clear() => Count = 0;

        public void Advance(int count) => Count += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.AsMemory(Count);

        public Span<byte> GetSpan(int sizeHint = 0) => _bytes.AsSpan(Count);

        public void Changed()
        {
        }

        public void RequestClose()
        {
        }
    }

    /// <summary>Answers every request with a value of 100 bytes, and allocates nothing itself.</summary>
    private sealed class EchoGate(bool outOfOrder) : IRequestGate, IRequestSession
    {
        private readonly FixedOutput _replies = new();
        private readonly byte[] _value = new byte[100];
        private readonly ulong[] _ids = new ulong[1000];
        private int _count;
        private IReplySink? _sink;

        public int PartitionCount => 1;

        public int MaxValueBytes => 1 << 20;

        public IRequestSession Open(IReplySink sink)
        {
            _sink = sink;
            return this;
        }

        public void Submit(ReadOnlySpan<byte> requests)
        {
            while (Request.TryRead(requests, out Request request, out int consumed) == OperationStatus.Done)
            {
                requests = requests[consumed..];
                _ids[_count++] = request.Id;
            }
        }

        public void Deliver()
        {
            for (int i = 0; i < _count; i++)
            {
                ulong id = _ids[outOfOrder ? _count - 1 - i : i];
                new Reply { Id = id, Flags = ReplyFlags.Found, Payload = _value }.Write(_replies);
            }

            _count = 0;
            _sink!.OnReplies(_replies.Written);
            _replies.Clear();
        }

        public void Dispose() => _sink = null;
    }
}
