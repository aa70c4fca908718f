using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Api;
using Holdfast.Rest.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Holdfast.Rest.Tests.Hosting;

/// <summary>The front end on a real Kestrel at a loopback port that the system chose, over a store in memory.</summary>
public sealed class RestHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });

    private RestHost(WebApplication app, FakeGate gate, FakeCluster cluster)
    {
        _app = app;
        Gate = gate;
        Cluster = cluster;
        Port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
    }

    public FakeGate Gate { get; }

    public FakeCluster Cluster { get; }

    public int Port { get; }

    public static Task<RestHost> StartAsync(params string[] allowedHosts) => StartAsync(new RestOptions { AllowedHosts = allowedHosts });

    public static async Task<RestHost> StartAsync(RestOptions options)
    {
        var gate = new FakeGate();
        var cluster = new FakeCluster();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestLineSize = 32 * 1024;
        });
        builder.Services.AddSingleton<IRequestGate>(gate);
        builder.Services.AddSingleton<IClusterViewSource>(cluster);
        builder.Services.AddSingleton<IRouteMap>(gate);
        builder.Services.AddHoldfastRest(options);
        WebApplication app = builder.Build();
        RestEndpoints.Map(app);
        app.MapGet("/console", () => Results.Text("console"));
        await app.StartAsync();
        return new RestHost(app, gate, cluster);
    }

    /// <summary>Sends a request whose target goes out exactly as written; headers are <c>Name: value</c>.</summary>
    public async Task<Answer> SendAsync(string method, string target, byte[]? body, params string[] headers)
    {
        const HttpCompletionOption Whole = HttpCompletionOption.ResponseContentRead;
        using HttpResponseMessage response = await OpenAsync(method, target, body, Whole, headers);
        return await Answer.ReadAsync(response);
    }

    public Task<Answer> SendAsync(string method, string target, params string[] headers) => SendAsync(method, target, null, headers);

    public Task<Answer> PutAsync(string target, string body, params string[] headers) =>
        SendAsync("PUT", target, Encoding.UTF8.GetBytes(body), headers);

    /// <summary>Sends a request and returns as its answer's headers arrive.</summary>
    public Task<HttpResponseMessage> OpenAsync(string method, string target, params string[] headers) =>
        OpenAsync(method, target, null, HttpCompletionOption.ResponseHeadersRead, headers);

    /// <summary>Stops the server as a node that ends does: answers that are under way may finish.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <summary>Sends text as it is on a connection of its own and reads until the server closes it.</summary>
    public async Task<string> SendRawAsync(string text)
    {
        using TcpClient client = await ConnectAsync();
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    public async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Gate.Release();
        _client.Dispose();
        await _app.DisposeAsync();
        Gate.Dispose();
    }

    private async Task<HttpResponseMessage> OpenAsync(
        string method, string target, byte[]? body, HttpCompletionOption completion, string[] headers)
    {
        var asWritten = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var uri = new Uri($"http://127.0.0.1:{Port}{target}", asWritten);
        using var request = new HttpRequestMessage(new HttpMethod(method), uri);
        request.Content = body is null ? null : new ByteArrayContent(body);
        foreach (string header in headers)
        {
            int colon = header.IndexOf(':');
            Assert.True(request.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 1)..].Trim()));
        }

        return await _client.SendAsync(request, completion);
    }
}
