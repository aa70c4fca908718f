using System.Buffers;
using Holdfast.Api;
using Holdfast.Net.Loop;
using Holdfast.Runtime;

namespace Holdfast.Server.Hosting;

/// <summary>
/// The gate of a node to its front ends. Sessions on the engine's own thread go straight in; requests from other threads are
/// copied and posted to it.
/// </summary>
internal sealed class LoopGate(EventLoop loop, Engine engine) : IRequestGate
{
    /// <inheritdoc/>
    public int PartitionCount => engine.PartitionCount;

    /// <inheritdoc/>
    public int MaxValueBytes => engine.MaxValueBytes;

    /// <inheritdoc/>
    public IRequestSession Open(IReplySink sink) => new Session(loop, engine.Open(sink));

    private sealed class Session(EventLoop loop, IRequestSession inner) : IRequestSession
    {
        public void Submit(ReadOnlySpan<byte> requests)
        {
            if (loop.IsLoopThread)
            {
                inner.Submit(requests);
            }
            else
            {
                loop.Post(new Posted(inner, requests));
            }
        }

        public void Dispose()
        {
            if (loop.IsLoopThread)
            {
                inner.Dispose();
            }
            else
            {
                loop.Post(new Closing(inner));
            }
        }
    }

    private sealed class Posted : ILoopWork
    {
        private readonly IRequestSession _session;
        private readonly byte[] _bytes;
        private readonly int _length;

        public Posted(IRequestSession session, ReadOnlySpan<byte> requests)
        {
            _session = session;
            _length = requests.Length;
            _bytes = ArrayPool<byte>.Shared.Rent(requests.Length);
            requests.CopyTo(_bytes);
        }

        public void Execute()
        {
            _session.Submit(_bytes.AsSpan(0, _length));
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }

    private sealed class Closing(IRequestSession session) : ILoopWork
    {
        public void Execute() => session.Dispose();
    }
}
