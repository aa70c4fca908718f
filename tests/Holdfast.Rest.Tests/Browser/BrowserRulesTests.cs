using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Browser;

public sealed class BrowserRulesTests : HostedTest
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:1")]
    [InlineData("127.0.0.1:8000")]
    [InlineData("127.9.9.9")]
    [InlineData("[::1]:8000")]
    public async Task Loopback_names_are_served(string host) =>
        Assert.Equal(404, (await Host.SendAsync("GET", "/v1/kv/a", $"Host: {host}")).Status);

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example:8000")]
    [InlineData("10.0.0.1")]
    [InlineData("[2001:db8::1]:8000")]
    public async Task Another_name_is_refused_for_reads_too(string host)
    {
        foreach (string target in (string[])["/v1/kv/a", "/v1/cluster", "/console", "/nothing"])
        {
            Answer answer = await Host.SendAsync("GET", target, $"Host: {host}");

            Assert.Equal(403, answer.Status);
            Assert.Contains("\"code\":\"forbidden\"", answer.Text);
        }

        Assert.Empty(Gate.Seen);
    }

    [Theory]
    [InlineData("node.example:8000", "node.example")]
    [InlineData("NODE.example", "node.example")]
    [InlineData("10.0.0.1:8000", "10.0.0.1")]
    [InlineData("[2001:db8::1]:8000", "2001:db8::1")]
    [InlineData("any.example", "*")]
    public async Task A_name_that_the_operator_allows_is_served(string host, string allowed)
    {
        await using RestHost other = await RestHost.StartAsync(allowed);

        Assert.Equal(404, (await other.SendAsync("GET", "/v1/kv/a", $"Host: {host}")).Status);
    }

    [Fact]
    public async Task A_tool_without_a_host_is_served() =>
        Assert.StartsWith("HTTP/1.1 200 ", await Host.SendRawAsync("GET /health/live HTTP/1.0\r\n\r\n"));

    [Theory]
    [InlineData("Origin: http://evil.example")]
    [InlineData("Origin: null")]
    [InlineData("Origin: http://localhost:3000")]
    [InlineData("Origin: http://localhost:8000.evil.example")]
    [InlineData("Origin: localhost:8000")]
    [InlineData("Sec-Fetch-Site: cross-site")]
    public async Task A_foreign_page_changes_nothing(string header)
    {
        (string, string)[] calls = [("PUT", "/v1/kv/a"), ("POST", "/put?key=a&value=1"), ("DELETE", "/v1/kv?all=true"), ("POST", "/v1/batch")];
        foreach ((string method, string target) in calls)
        {
            Answer answer = await Host.SendAsync(method, target, "Host: localhost:8000", header);

            Assert.Equal(403, answer.Status);
            Assert.Contains("\"code\":\"forbidden\",\"outcome\":\"not-applied\"", answer.Text);
        }

        Assert.Empty(Gate.Seen);
    }

    [Theory]
    [InlineData("localhost:8000", "http://localhost:8000")]
    [InlineData("localhost:8000", "https://localhost:8000")]
    [InlineData("localhost", "http://localhost")]
    [InlineData("localhost:443", "https://localhost")]
    [InlineData("[::1]:8000", "http://[::1]:8000")]
    public async Task The_nodes_own_page_may_write(string host, string origin)
    {
        Answer answer = await Host.PutAsync("/v1/kv/a", "1", $"Host: {host}", $"Origin: {origin}", "Sec-Fetch-Site: same-origin");

        Assert.Equal(201, answer.Status);
    }

    [Fact]
    public async Task A_foreign_page_may_ask_but_is_given_no_leave_to_read()
    {
        Answer answer = await Host.SendAsync("GET", "/v1/kv/a", "Origin: http://evil.example", "Sec-Fetch-Site: cross-site");

        Assert.Equal(404, answer.Status);
        Assert.Null(answer.Header("Access-Control-Allow-Origin"));
    }
}
