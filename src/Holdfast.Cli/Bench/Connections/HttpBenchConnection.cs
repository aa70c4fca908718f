using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Holdfast.Api;
using Holdfast.Cli.Bench.Measuring;
using Holdfast.Cli.Bench.Workload;
using Holdfast.Client;

namespace Holdfast.Cli.Bench.Connections;

/// <summary>HTTP/1.1 with keep-alive, one connection to one node.</summary>
internal sealed class HttpBenchConnection : IBenchConnection
{
    private readonly HttpClient _http;

    public HttpBenchConnection(Endpoint endpoint, TimeSpan timeout)
    {
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1, UseCookies = false, UseProxy = false };
        _http = new HttpClient(handler) { BaseAddress = new Uri($"http://{endpoint}"), Timeout = timeout };
    }

    public long Retries => 0;

    public ValueTask<OperationResult> ExecuteAsync(int lane, in BenchOperation operation) => new(ExecuteAsync(operation));

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<OperationResult> ExecuteAsync(BenchOperation operation)
    {
        try
        {
            using HttpRequestMessage request = RequestOf(operation);
            using HttpResponseMessage answer = await _http.SendAsync(request);
            return answer switch
            {
                { IsSuccessStatusCode: true } => OperationResult.Done,
                { StatusCode: HttpStatusCode.NotFound } when operation.Kind == OperationKind.Read => OperationResult.Miss,
                _ => await FailureOf(answer, operation),
            };
        }
        catch (HttpRequestException failure)
        {
            return failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                ? OperationResult.Failed(OperationResult.Unreachable, Outcome.NotApplied, failure.Message)
                : OperationResult.Lost("connection-lost", operation.Kind.IsWrite(), failure.Message);
        }
        catch (OperationCanceledException)
        {
            return OperationResult.Lost(FaultCode.Timeout.Name(), operation.Kind.IsWrite(), $"no answer within {_http.Timeout.TotalMilliseconds:0} ms");
        }
    }

    private static HttpRequestMessage RequestOf(in BenchOperation operation)
    {
        string key = Uri.EscapeDataString(Encoding.UTF8.GetString(operation.Key.Span));
        return operation.Kind switch
        {
            OperationKind.Read => new HttpRequestMessage(HttpMethod.Get, $"/v1/kv/{key}"),
            OperationKind.Scan => new HttpRequestMessage(
                HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/v1/kv?start={key}&limit={operation.ScanLength}")),
            OperationKind.Increment => new HttpRequestMessage(HttpMethod.Post, $"/v1/kv/{key}?op=increment&by=1"),
            _ => new HttpRequestMessage(HttpMethod.Put, $"/v1/kv/{key}") { Content = new ReadOnlyMemoryContent(operation.Value) },
        };
    }

    private static async Task<OperationResult> FailureOf(HttpResponseMessage answer, BenchOperation operation)
    {
        string status = string.Create(CultureInfo.InvariantCulture, $"http-{(int)answer.StatusCode}");
        try
        {
            using JsonDocument problem = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
            JsonElement root = problem.RootElement;
            bool unknown = root.TryGetProperty("outcome", out JsonElement outcome) && outcome.GetString() == "unknown";
            return OperationResult.Failed(
                root.GetProperty("code").GetString() ?? status,
                unknown ? Outcome.Unknown : Outcome.NotApplied,
                root.TryGetProperty("detail", out JsonElement detail) ? detail.GetString() ?? string.Empty : string.Empty);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // No problem document. InvalidOperationException: a member of another kind, or text with half of a surrogate pair.
            return OperationResult.Lost(status, operation.Kind.IsWrite(), answer.ReasonPhrase ?? string.Empty);
        }
    }
}
