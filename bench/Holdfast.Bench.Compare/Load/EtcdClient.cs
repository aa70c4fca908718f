using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Holdfast.Bench.Compare.Load;

/// <summary>
/// One etcd member over gRPC, as little of it as two calls need: an HTTP/2 connection in clear text, messages of etcd's key-value service
/// written by hand.
/// </summary>
internal sealed class EtcdClient(int port) : IKeyValueClient
{
    /// <summary>A byte that says "not compressed", and the length.</summary>
    private const int FrameHeader = 5;

    /// <summary>Field 1 and field 2 of a message, of length-delimited type.</summary>
    private const byte KeyTag = 0x0A, ValueTag = 0x12;

    private static readonly MediaTypeHeaderValue Grpc = new("application/grpc");

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = true,
    });

    private readonly Uri _put = new($"http://127.0.0.1:{port}/etcdserverpb.KV/Put");
    private readonly Uri _range = new($"http://127.0.0.1:{port}/etcdserverpb.KV/Range");

    /// <summary>PutRequest {1: key, 2: value}.</summary>
    public Task PutAsync(string key, ReadOnlyMemory<byte> value, CancellationToken stop)
    {
        MemoryStream message = MessageWith(key);
        WriteField(message, ValueTag, value.Span);
        return CallAsync(_put, message, stop);
    }

    /// <summary>RangeRequest {1: key}; linearizable unless it says otherwise.</summary>
    public async Task GetAsync(string key, CancellationToken stop)
    {
        // The rest of the answer is some 60 bytes, so a short one is one without the value.
        if (await CallAsync(_range, MessageWith(key), stop) is var length and < Scale.ValueBytes)
        {
            throw new BenchmarkException($"etcd: {key} was answered with {length} bytes");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Both messages begin with the key; the frame's header is filled in when the length is known.</summary>
    private static MemoryStream MessageWith(string key)
    {
        var message = new MemoryStream();
        message.Write(stackalloc byte[FrameHeader]);
        WriteField(message, KeyTag, Encoding.ASCII.GetBytes(key));
        return message;
    }

    private static void WriteField(MemoryStream message, byte tag, ReadOnlySpan<byte> bytes)
    {
        message.WriteByte(tag);
        uint length = (uint)bytes.Length;
        for (; length > 0x7F; length >>= 7)
        {
            message.WriteByte((byte)(length | 0x80));
        }

        message.WriteByte((byte)length);
        message.Write(bytes);
    }

    /// <summary>The length of the answer.</summary>
    private async Task<int> CallAsync(Uri call, MemoryStream message, CancellationToken stop)
    {
        int length = (int)message.Length;
        byte[] frame = message.GetBuffer();
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), length - FrameHeader);
        using var content = new ByteArrayContent(frame, 0, length);
        content.Headers.ContentType = Grpc;
        using var request = new HttpRequestMessage(HttpMethod.Post, call)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using HttpResponseMessage answer = await _http.SendAsync(request, stop);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(stop);

        // The status is in the trailers, or in the headers when there is no message.
        if (!StatusIsZero(answer.TrailingHeaders) && !StatusIsZero(answer.Headers))
        {
            throw new BenchmarkException($"etcd answered {call.AbsolutePath} with {answer.Headers}{answer.TrailingHeaders}");
        }

        return body.Length;
    }

    private static bool StatusIsZero(HttpHeaders headers) =>
        headers.TryGetValues("grpc-status", out IEnumerable<string>? status) && status.Single() == "0";
}
