using System.Net.Http.Headers;
using System.Text;
using Holdfast.Rest.Tests.Fakes;

namespace Holdfast.Rest.Tests.Hosting;

/// <summary>A whole answer.</summary>
public sealed record Answer(int Status, byte[] Body, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? ContentType => ContentHeaders.ContentType?.ToString();

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) =>
        new((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(), response.Headers, response.Content.Headers);

    /// <summary>A header's value; null when there is none.</summary>
    public string? Header(string name) =>
        Headers.TryGetValues(name, out IEnumerable<string>? values) || ContentHeaders.TryGetValues(name, out values)
            ? string.Join(", ", values)
            : null;
}

/// <summary>A test class over a host of its own.</summary>
public abstract class HostedTest : IAsyncLifetime
{
    protected RestHost Host { get; private set; } = null!;

    protected FakeGate Gate => Host.Gate;

    protected virtual RestOptions Options { get; } = new();

    public async Task InitializeAsync() => Host = await RestHost.StartAsync(Options);

    public async Task DisposeAsync() => await Host.DisposeAsync();

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
