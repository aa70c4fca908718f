using System.Net.Sockets;
using Holdfast.Api;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Gate;

public sealed class GateCallTests : HostedTest
{
    [Fact]
    public async Task Calls_one_after_another_share_a_session()
    {
        for (int i = 0; i < 20; i++)
        {
            await Host.PutAsync($"/v1/kv/{i}", "1");
        }

        Assert.Equal(1, Gate.OpenSessions);
    }

    [Fact]
    public async Task Calls_side_by_side_each_get_their_own_reply()
    {
        for (int i = 0; i < 200; i++)
        {
            Gate.Seed(Bytes($"{i}"), Bytes($"value of {i}"));
        }

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Host.SendAsync("GET", $"/v1/kv/{i}")));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"value of {i}"), answers.Select(answer => answer.Text));
    }

    [Fact]
    public async Task A_client_that_leaves_gives_up_its_session_and_a_late_reply_reaches_nobody()
    {
        Gate.Seed(Bytes("b"), Bytes("2"));
        Gate.Holds = _ => true;
        using (TcpClient client = await Host.ConnectAsync())
        {
            await client.GetStream().WriteAsync("GET /v1/kv/a HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            await Eventually.HoldsAsync(() => Gate.HeldCount == 1);
            Assert.Equal(1, Gate.OpenSessions);
        }

        await Eventually.HoldsAsync(() => Gate.OpenSessions == 0);
        Gate.Release();
        Assert.Equal("2", (await Host.SendAsync("GET", "/v1/kv/b")).Text);
        Assert.Equal(1, Gate.OpenSessions);
    }

    [Fact]
    public async Task A_client_that_leaves_stops_a_clear_after_the_steps_that_are_under_way()
    {
        Gate.Holds = _ => true;
        using (TcpClient client = await Host.ConnectAsync())
        {
            await client.GetStream().WriteAsync("DELETE /v1/kv?all=true HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            await Eventually.HoldsAsync(() => Gate.HeldCount == 16);
        }

        await Eventually.HoldsAsync(() => Gate.OpenSessions == 0);
        Assert.All(Gate.Seen, request => Assert.Equal(Operation.Clear, request.Operation));
    }
}
