using System.Buffers;
using Holdfast.Net.Linux;
using Holdfast.Primitives;

namespace Holdfast.Net.Loop;

/// <summary>A connection's output: a chain of chunks that is written at its end and sent from its front.</summary>
internal sealed unsafe class OutputQueue(LoopConnection owner, OutputChunkPool pool) : IBufferWriter<byte>
{
    private const int MaxVectors = 64;

    private OutputChunk? _first;
    private OutputChunk? _last;
    private bool _isClosed;

    internal long Pending { get; private set; }

    public void Advance(int count)
    {
        if (_isClosed)
        {
            return;
        }

        Invariant.Require(_last is not null && (uint)count <= (uint)_last.Free, "output advances within the span that was given out");
        _last.Written += count;
        Pending += count;
        owner.OnOutputWritten();
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        OutputChunk chunk = Room(sizeHint);
        return chunk.Bytes.AsSpan(chunk.Written);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        OutputChunk chunk = Room(sizeHint);
        return chunk.Bytes.AsMemory(chunk.Written);
    }

    /// <summary>
    /// Sends as much as the kernel takes, at most about <paramref name="maxBytes"/>. Bytes sent, or a negated error number;
    /// <paramref name="isBlocked"/> when the kernel took less than it was offered.
    /// </summary>
    internal int Send(int fd, int maxBytes, out bool isBlocked)
    {
        int total = 0;
        isBlocked = false;
        while (Pending > 0 && total < maxBytes && !isBlocked)
        {
            int sent = _first == _last
                ? SendOne(fd, _first!, out int offered)
                : SendMany(fd, maxBytes - total, out offered);
            if (sent < 0)
            {
                isBlocked = Errno.IsRetry(-sent);
                return isBlocked ? total : sent;
            }

            isBlocked = sent < offered;
            total += sent;
            Pending -= sent;
            Drop(sent);
        }

        return total;
    }

    /// <summary>Gives all memory back; what is written from now on is dropped.</summary>
    internal void Close()
    {
        _isClosed = true;
        Pending = 0;
        while (_first is { } chunk)
        {
            _first = chunk.Next;
            pool.Return(chunk);
        }

        _last = null;
    }

    private OutputChunk Room(int sizeHint)
    {
        if (_last is not null && _last.Free >= Math.Max(sizeHint, 1))
        {
            return _last;
        }

        if (_isClosed)
        {
            // For a writer who has not heard of the end yet. Never from the pool: that writer may hold it for long.
            return _last = new OutputChunk(Math.Max(sizeHint, OutputChunk.StandardBytes));
        }

        OutputChunk chunk = pool.Rent(sizeHint);
        if (_last is null)
        {
            _first = chunk;
        }
        else
        {
            _last.Next = chunk;
        }

        return _last = chunk;
    }

    private static int SendOne(int fd, OutputChunk chunk, out int offered)
    {
        offered = chunk.Pending;
        return TcpSocket.Send(fd, chunk.Address + chunk.Sent, offered);
    }

    private int SendMany(int fd, int maxBytes, out int offered)
    {
        Libc.IoVector* vectors = stackalloc Libc.IoVector[MaxVectors];
        int count = 0;
        offered = 0;
        for (OutputChunk? chunk = _first; chunk is not null && count < MaxVectors && offered < maxBytes; chunk = chunk.Next)
        {
            vectors[count++] = new Libc.IoVector { Base = chunk.Address + chunk.Sent, Length = chunk.Pending };
            offered += chunk.Pending;
        }

        return TcpSocket.Send(fd, vectors, count);
    }

    private void Drop(int sent)
    {
        while (_first is { } chunk && sent >= chunk.Pending)
        {
            sent -= chunk.Pending;
            _first = chunk.Next;
            pool.Return(chunk);
        }

        if (_first is null)
        {
            _last = null;
        }
        else
        {
            _first.Sent += sent;
        }
    }
}
