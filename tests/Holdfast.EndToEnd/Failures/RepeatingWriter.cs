using System.Globalization;
using System.Text;
using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.Failures;

/// <summary>A client that sends each write to one node after the other, under one Idempotency-Key, until one says that it is done.</summary>
internal sealed class RepeatingWriter(Cluster cluster, int number) : IDisposable
{
    private static readonly TimeSpan PauseBetweenAttempts = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>How often writes were sent again.</summary>
    public int Repeated { get; private set; }

    public Task IncrementAsync(string key, string token) => SendAsync(key, "increment&by=1", "", token);

    public Task AppendAsync(string key, string value, string token) => SendAsync(key, "append", value, token);

    public void Dispose() => _http.Dispose();

    private async Task SendAsync(string key, string operation, string body, string token)
    {
        for (int attempt = 0; !await IsDoneAsync((number + attempt) % cluster.Count, key, operation, body, token); attempt++)
        {
            Repeated++;
            await Task.Delay(PauseBetweenAttempts);
        }
    }

    private async Task<bool> IsDoneAsync(int node, string key, string operation, string body, string token)
    {
        string target = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{cluster.PortOf(node)}/v1/kv/{key}?op={operation}");
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Headers.Add("Idempotency-Key", token);
        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request);

            // What is refused for another reason than the times would be refused for ever.
            Assert.True(
                answer.IsSuccessStatusCode || (int)answer.StatusCode is 503 or 504, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            // No answer: it may have taken effect or not, which is the point.
            return false;
        }
    }
}
