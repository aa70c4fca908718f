using System.Buffers;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Requests;

/// <summary>
/// A request that waits: for a leader, for another node's answer, or for its turn to read. Keeps the request's bytes in a rented
/// array until <see cref="Release"/>.
/// </summary>
internal readonly struct PendingRequest
{
    private const int SmallBytes = 4096;

    // The shared pool keeps a few dozen arrays of a size, and a thousand pipelined requests may wait at once.
    private static readonly ArrayPool<byte> Small = ArrayPool<byte>.Create(SmallBytes, maxArraysPerBucket: 4096);

    private readonly byte[] _bytes;
    private readonly int _length;

    private PendingRequest(EngineSession session, byte[] bytes, int length, ulong id, Operation operation, long deadlineMicros)
    {
        Session = session;
        _bytes = bytes;
        _length = length;
        Id = id;
        Operation = operation;
        DeadlineMicros = deadlineMicros;
    }

    /// <summary>Who asked.</summary>
    public EngineSession Session { get; }

    /// <summary>The asker's number for it.</summary>
    public ulong Id { get; }

    /// <summary>What is asked.</summary>
    public Operation Operation { get; }

    /// <summary>When it must be answered, in the engine's time.</summary>
    public long DeadlineMicros { get; }

    /// <summary>The encoded request.</summary>
    public Span<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Keeps a copy of an encoded request.</summary>
    public static PendingRequest Keep(EngineSession session, ReadOnlySpan<byte> encoded, in Request request, long deadlineMicros)
    {
        byte[] bytes = PoolOf(encoded.Length).Rent(encoded.Length);
        encoded.CopyTo(bytes);
        return new PendingRequest(session, bytes, encoded.Length, request.Id, request.Operation, deadlineMicros);
    }

    /// <summary>The request, read in place: valid until <see cref="Release"/>.</summary>
    public Request Decode()
    {
        OperationStatus status = Request.TryRead(Bytes, out Request request, out _);
        Invariant.Require(status == OperationStatus.Done, "a request that was routed once can be read again");
        return request;
    }

    /// <summary>Gives the array back. Once.</summary>
    public void Release() => PoolOf(_length).Return(_bytes);

    private static ArrayPool<byte> PoolOf(int length) => length <= SmallBytes ? Small : ArrayPool<byte>.Shared;
}
