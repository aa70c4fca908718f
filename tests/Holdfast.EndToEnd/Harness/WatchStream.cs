using System.Globalization;
using System.Text.Json;

namespace Holdfast.EndToEnd.Harness;

/// <summary>An event of <c>/v1/watch</c>.</summary>
internal sealed record WatchEvent(string Name, string? Id, JsonElement Data)
{
    public string Key => Data.GetProperty("key").GetString()!;

    public string? Value => Data.GetProperty("value").GetString();
}

/// <summary>One connection to <c>/v1/watch</c>, read as a browser reads server-sent events.</summary>
internal sealed class WatchStream : IDisposable
{
    private readonly HttpClient _http;
    private readonly StreamReader _reader;

    private WatchStream(HttpClient http, Stream stream)
    {
        _http = http;
        _reader = new StreamReader(stream);
    }

    /// <summary>Connects.</summary>
    /// <exception cref="HttpRequestException">The node can't be reached, or refuses.</exception>
    public static async Task<WatchStream> OpenAsync(int port, string prefix, string? lastId, CancellationToken cancellationToken = default)
    {
        var http = new HttpClient();
        try
        {
            string target = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}/v1/watch?prefix={Uri.EscapeDataString(prefix)}");
            var request = new HttpRequestMessage(HttpMethod.Get, target);
            if (lastId is not null)
            {
                request.Headers.Add("Last-Event-ID", lastId);
            }

            HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            answer.EnsureSuccessStatusCode();
            Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
            return new WatchStream(http, await answer.Content.ReadAsStreamAsync(cancellationToken));
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    /// <summary>The next event; null when the connection ended.</summary>
    public async Task<WatchEvent?> NextAsync(CancellationToken cancellationToken = default)
    {
        string name = "message", data = "";
        string? id = null;
        while (await _reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0 && data.Length > 0)
            {
                using JsonDocument document = JsonDocument.Parse(data);
                return new WatchEvent(name, id, document.RootElement.Clone());
            }

            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string field = colon < 0 ? line : line[..colon];
            string value = colon < 0 ? "" : line[(colon + 1)..].TrimStart(' ');
            (name, id, data) = field switch
            {
                "event" => (value, id, data),
                "id" => (name, value, data),
                "data" => (name, id, data + value),
                _ => (name, id, data),
            };
        }

        return null;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _http.Dispose();
    }
}
