namespace Holdfast.Bench.Compare.Load;

/// <summary>One Holdfast node over HTTP/1.1 with keep-alive.</summary>
internal sealed class HttpKeyValueClient(int port) : IKeyValueClient
{
    // Below HttpClient, which adds a cancellation source of its own to each request.
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
    });

    public async Task PutAsync(string key, ReadOnlyMemory<byte> value, CancellationToken stop)
    {
        using var content = new ReadOnlyMemoryContent(value);
        await SendAsync(HttpMethod.Put, key, content, stop);
    }

    public async Task GetAsync(string key, CancellationToken stop)
    {
        byte[] value = await SendAsync(HttpMethod.Get, key, null, stop);
        if (value.Length != Scale.ValueBytes)
        {
            throw new BenchmarkException($"holdfast: {key} has {value.Length} bytes");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<byte[]> SendAsync(HttpMethod method, string key, HttpContent? content, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{port}/v1/kv/{key}")) { Content = content };
        using HttpResponseMessage answer = await _http.SendAsync(request, stop);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(stop);
        return answer.IsSuccessStatusCode
            ? body
            : throw new BenchmarkException($"holdfast answered {method} {key} with {(int)answer.StatusCode}");
    }
}
