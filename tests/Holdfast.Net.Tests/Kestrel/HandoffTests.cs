using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Net.Kestrel;
using Holdfast.Net.Listening;
using Holdfast.Net.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Holdfast.Net.Tests.Kestrel;

public sealed class HandoffTests
{
    [Fact]
    public async Task Http1_http2_and_resp_are_served_on_one_port()
    {
        using var test = new TestLoop();
        var handoff = new HandoffListenerFactory();
        await using WebApplication app = await StartAsync(handoff);
        using PortListener listener = test.Listen(ServeResp, http: handoff);
        var address = new Uri($"http://127.0.0.1:{listener.EndPoints[0].Port}/");
        using (var http = new HttpClient())
        {
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal("HTTP/1.1 small", await AskAsync(http, address, HttpVersion.Version11, "small"));
                Assert.Equal("HTTP/2 small", await AskAsync(http, address, HttpVersion.Version20, "small"));
            }

            string large = new('x', 300_000);
            Assert.Equal("HTTP/1.1 " + large, await AskAsync(http, address, HttpVersion.Version11, large));
            Assert.Equal("HTTP/2 " + large, await AskAsync(http, address, HttpVersion.Version20, large));
            using Socket resp = TestClient.Connect(listener);
            resp.Send("*1\r\n"u8);
            Assert.Equal("*1\r\n"u8, resp.ReceiveExactly(4));
            Assert.Equal(3, listener.Connections);
        }

        Eventually.True(() => listener.Connections == 0, "connections that Kestrel closed are counted out");
    }

    [Fact]
    public async Task A_request_whose_first_line_comes_in_pieces_reaches_kestrel_whole()
    {
        using var test = new TestLoop();
        var handoff = new HandoffListenerFactory();
        await using WebApplication app = await StartAsync(handoff);
        using PortListener listener = test.Listen(ServeResp, http: handoff);
        using Socket client = TestClient.Connect(listener);
        foreach (byte one in "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"u8.ToArray())
        {
            client.Send([one]);
        }

        string reply = Encoding.ASCII.GetString(client.ReceiveToEnd());
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", reply, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 hi", reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_is_refused_when_kestrel_does_not_listen()
    {
        using var test = new TestLoop();
        var handoff = new HandoffListenerFactory();
        using PortListener listener = test.Listen(ServeResp, http: handoff);
        using Socket before = TestClient.Connect(listener);
        before.Send("GET / HTTP/1.1\r\n\r\n"u8);
        Assert.StartsWith("HTTP/1.1 421 ", Encoding.ASCII.GetString(before.ReceiveToEnd()), StringComparison.Ordinal);

        WebApplication app = await StartAsync(handoff);
        await app.StopAsync();
        await app.DisposeAsync();
        using Socket after = TestClient.Connect(listener);
        after.Send("GET / HTTP/1.1\r\n\r\n"u8);
        Assert.StartsWith("HTTP/1.1 421 ", Encoding.ASCII.GetString(after.ReceiveToEnd()), StringComparison.Ordinal);
    }

    private static TestHandler? ServeResp(Protocol protocol) => protocol == Protocol.Resp ? new TestHandler() : null;

    private static async Task<WebApplication> StartAsync(HandoffListenerFactory handoff)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        handoff.Configure(builder.WebHost);
        WebApplication app = builder.Build();
        app.Run(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync($"{context.Request.Protocol} {await body.ReadToEndAsync()}");
        });
        await app.StartAsync();
        return app;
    }

    private static async Task<string> AskAsync(HttpClient http, Uri address, Version version, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent(body),
        };
        using HttpResponseMessage response = await http.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }
}
