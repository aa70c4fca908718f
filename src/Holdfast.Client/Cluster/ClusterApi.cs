using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Holdfast.Api;

namespace Holdfast.Client.Cluster;

/// <summary>Reads the cluster's descriptions over HTTP from the first endpoint that answers. Thread-safe.</summary>
internal sealed class ClusterApi : IDisposable
{
    private readonly HoldfastClientOptions _options;
    private readonly HttpClient _http;

    public ClusterApi(HoldfastClientOptions options)
    {
        _options = options;
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = options.ConnectTimeout, UseProxy = false })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The document at <paramref name="path"/>.</summary>
    /// <exception cref="HoldfastException">No endpoint answered with it.</exception>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        bool reached = false;
        foreach (Endpoint endpoint in _options.Endpoints)
        {
            using var timeout = new CancellationTokenSource(_options.AttemptTimeout, _options.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                using HttpResponseMessage response = await _http.GetAsync(new Uri($"http://{endpoint}{path}"), either.Token);
                reached = true;
                if (response.IsSuccessStatusCode)
                {
                    return await response.Content.ReadFromJsonAsync(type, either.Token)
                        ?? throw new JsonException("the document is null");
                }

                failures.Add($"{endpoint}: {await DetailAsync(response, either.Token)}");
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                failures.Add($"{endpoint}: no answer within {_options.AttemptTimeout.TotalMilliseconds:0} ms");
            }
            catch (Exception exception) when (exception is HttpRequestException or JsonException)
            {
                failures.Add($"{endpoint}: {exception.Message}");
            }
        }

        throw new HoldfastException(new Fault(FaultCode.Timeout, Outcome.NotApplied, string.Join("; ", failures)), unreachable: !reached);
    }

    private static async Task<string> DetailAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            ProblemDocument? problem = await response.Content.ReadFromJsonAsync(ClusterJson.Default.ProblemDocument, cancellationToken);
            return problem?.Detail ?? problem?.Code ?? $"HTTP {(int)response.StatusCode}";
        }
        catch (JsonException)
        {
            return $"HTTP {(int)response.StatusCode}";
        }
    }

    public void Dispose() => _http.Dispose();
}
