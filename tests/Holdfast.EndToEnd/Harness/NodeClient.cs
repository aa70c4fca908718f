using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Holdfast.EndToEnd.Harness;

/// <summary>Speaks HTTP with one node, as a user of the API does.</summary>
internal sealed class NodeClient(int port) : IDisposable
{
    private readonly HttpClient _http = new()
    {
        BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")),
        Timeout = TimeSpan.FromSeconds(20),
    };

    public Task<HttpResponseMessage> PutAsync(string key, string value) => PutAsync(key, Encoding.UTF8.GetBytes(value));

    public Task<HttpResponseMessage> PutAsync(string key, byte[] value) => _http.PutAsync(PathOf(key), new ByteArrayContent(value));

    public Task<HttpResponseMessage> DeleteAsync(string key) => _http.DeleteAsync(PathOf(key));

    public Task<HttpResponseMessage> AskAsync(string key) => _http.GetAsync(PathOf(key));

    /// <summary>Any request, with the client's deadline for it.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, string deadline)
    {
        var request = new HttpRequestMessage(method, target);
        request.Headers.Add("Holdfast-Timeout", deadline);
        return _http.SendAsync(request);
    }

    /// <summary>The value of a key, linearizably; null when absent.</summary>
    public async Task<string?> GetAsync(string key)
    {
        using HttpResponseMessage answer = await AskAsync(key);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    public async Task<JsonElement> JsonAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using HttpResponseMessage answer = await _http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        using JsonDocument document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    public async Task<bool> IsReadyAsync()
    {
        using HttpResponseMessage answer = await _http.GetAsync("/health/ready");
        return answer.IsSuccessStatusCode;
    }

    /// <summary>The leader of each partition as this node knows it; null where it knows none.</summary>
    public async Task<int?[]> LeadersAsync() =>
    [
        .. (await JsonAsync("/v1/cluster/partitions")).GetProperty("partitions").EnumerateArray()
            .OrderBy(partition => partition.GetProperty("id").GetInt32())
            .Select(partition => partition.GetProperty("leader"))
            .Select(leader => leader.ValueKind == JsonValueKind.Number ? leader.GetInt32() : (int?)null),
    ];

    public void Dispose() => _http.Dispose();

    private static string PathOf(string key) => $"/v1/kv?key={Uri.EscapeDataString(key)}";
}

/// <summary>What the headers of an answer say.</summary>
internal static class Answers
{
    public static int Partition(this HttpResponseMessage answer) =>
        int.Parse(answer.Headers.GetValues("Holdfast-Partition").Single(), CultureInfo.InvariantCulture);

    public static string ServedBy(this HttpResponseMessage answer) => answer.Headers.GetValues("Holdfast-Served-By").Single();

    /// <summary>The code and outcome of an error.</summary>
    public static async Task<(string Code, string? Outcome)> FaultAsync(this HttpResponseMessage answer)
    {
        using JsonDocument document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        string? outcome = document.RootElement.TryGetProperty("outcome", out JsonElement known) ? known.GetString() : null;
        return (document.RootElement.GetProperty("code").GetString()!, outcome);
    }
}
