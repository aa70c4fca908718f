using System.Buffers;
using Holdfast.Api;
using Holdfast.Rest.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace Holdfast.Rest.Calls;

/// <summary>A call's whole body in a pooled buffer, which disposing gives back.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBytes = 4096;

    private byte[] _buffer = [];
    private int _length;

    /// <summary>What was read.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>
    /// Reads a body of at most so many bytes. A longer one is refused as soon as that is known: from its length before any of it
    /// is read, else after the limit's bytes. The refusal calls the body <paramref name="name"/>.
    /// </summary>
    public async ValueTask<Problem?> ReadAsync(RestCall call, int maxBytes, string name)
    {
        long? announced = call.Http.Request.ContentLength;
        if (announced > maxBytes)
        {
            return TooLarge(maxBytes, name);
        }

        // The limit here is the cluster's, which may be above the server's default.
        if (call.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        // One byte more than is allowed tells a longer body from one that just fits, and an end from a full buffer.
        Grow((int)Math.Min(announced ?? FirstBytes, maxBytes) + 1);
        while (true)
        {
            int count = await call.Http.Request.Body.ReadAsync(_buffer.AsMemory(_length), call.Aborted);
            _length += count;
            if (count == 0)
            {
                return null;
            }

            if (_length > maxBytes)
            {
                return TooLarge(maxBytes, name);
            }

            if (_length == _buffer.Length)
            {
                Grow((int)Math.Min(2L * _length, maxBytes + 1L));
            }
        }
    }

    /// <summary>Takes bytes that came in another way as the body.</summary>
    public void Set(ReadOnlySpan<byte> bytes)
    {
        _length = 0;
        Grow(bytes.Length);
        bytes.CopyTo(_buffer);
        _length = bytes.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void Grow(int bytes)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(bytes);
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private static Problem TooLarge(int maxBytes, string name) =>
        Problem.Of(FaultCode.ValueTooLarge, $"{name} has at most {maxBytes} bytes.");
}
