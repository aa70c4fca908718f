using Holdfast.Api;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Routing;

public sealed class RoutingTests : HostedTest
{
    [Theory]
    [InlineData("PATCH", "/v1/kv/a", "GET, HEAD, PUT, POST, DELETE")]
    [InlineData("OPTIONS", "/v1/kv/a", "GET, HEAD, PUT, POST, DELETE")]
    [InlineData("PATCH", "/v1/kv", "GET, HEAD, PUT, POST, DELETE")]
    [InlineData("GET", "/put", "POST")]
    [InlineData("GET", "/append", "POST")]
    [InlineData("POST", "/get", "GET, HEAD")]
    [InlineData("POST", "/v1/cluster", "GET, HEAD")]
    [InlineData("DELETE", "/v1/cluster/nodes", "GET, HEAD, POST")]
    [InlineData("GET", "/v1/cluster/nodes/3", "DELETE, PATCH")]
    [InlineData("GET", "/v1/batch", "POST")]
    [InlineData("GET", "/set", "POST, PUT")]
    [InlineData("PUT", "/fetch", "POST")]
    [InlineData("GET", "/query", "POST")]
    [InlineData("DELETE", "/health/ready", "GET, HEAD")]
    public async Task Another_method_is_405_and_says_which_there_are(string method, string target, string allow)
    {
        Answer answer = await Host.SendAsync(method, target);

        Assert.Equal(405, answer.Status);
        Assert.Equal(allow, answer.Header("Allow"));
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.Contains("\"code\":\"method-not-allowed\"", answer.Text);
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/v1")]
    [InlineData("GET", "/v1/kvs")]
    [InlineData("GET", "/V1/KV/a")]
    [InlineData("GET", "/v1/cluster/")]
    [InlineData("POST", "/v1/cluster/nodes//drain")]
    [InlineData("POST", "/v1/cluster/nodes/1/2/drain")]
    [InlineData("GET", "/x/../v1/cluster")]
    public async Task An_unknown_path_is_404(string method, string target)
    {
        Answer answer = await Host.SendAsync(method, target);

        Assert.Equal(404, answer.Status);
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.Contains("\"code\":\"not-found\"", answer.Text);
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
    }

    [Fact]
    public async Task What_stands_behind_the_front_end_answers_its_own_paths() =>
        Assert.Equal("console", (await Host.SendAsync("GET", "/console")).Text);

    [Theory]
    [InlineData("POST", "/v1/cluster/nodes", true)]
    [InlineData("DELETE", "/v1/cluster/nodes/2", true)]
    [InlineData("PATCH", "/v1/cluster/nodes/2", true)]
    [InlineData("POST", "/v1/cluster/nodes/2/drain", true)]
    [InlineData("POST", "/v1/cluster/nodes/2/replace", true)]
    [InlineData("GET", "/v1/cluster/operations/17", false)]
    [InlineData("DELETE", "/v1/cluster/operations/17", true)]
    [InlineData("POST", "/v1/cluster/partitions/3/leader?to=1", true)]
    [InlineData("POST", "/v1/cluster/partitions/3/move?from=1&to=2", true)]
    [InlineData("GET", "/v1/backup", false)]
    [InlineData("POST", "/v1/restore", true)]
    [InlineData("GET", "/metrics", false)]
    [InlineData("GET", "/openapi/v1.json", false)]
    public async Task What_is_not_built_yet_says_so(string method, string target, bool isWrite)
    {
        Answer answer = await Host.SendAsync(method, target);

        Assert.Equal(501, answer.Status);
        Assert.Contains("\"code\":\"unsupported\"", answer.Text);
        Assert.Equal(isWrite, answer.Text.Contains("\"outcome\":\"not-applied\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET", "/v1/kv/a")]
    [InlineData("PUT", "/v1/kv/a")]
    [InlineData("DELETE", "/v1/kv?all=true")]
    [InlineData("GET", "/v1/kv")]
    [InlineData("POST", "/put?key=a&value=1")]
    [InlineData("GET", "/get?key=a")]
    [InlineData("POST", "/v1/batch")]
    [InlineData("PUT", "/set")]
    [InlineData("POST", "/fetch")]
    [InlineData("POST", "/query")]
    public async Task A_node_that_does_not_know_its_cluster_is_starting(string method, string target)
    {
        Gate.PartitionCount = 0;
        Answer answer = await Host.SendAsync(method, target);

        Assert.Equal(503, answer.Status);
        Assert.Equal("1", answer.Header("Retry-After"));
        Assert.Contains("\"code\":\"starting\"", answer.Text);
    }

    [Fact]
    public async Task The_short_forms_put_append_and_get()
    {
        Answer put = await Host.SendAsync("POST", "/put?key=a", Bytes("1"));
        Answer replaced = await Host.SendAsync("POST", "/put?key=a&value=2+%FF");
        Answer append = await Host.SendAsync("POST", "/append?key=a", Bytes("3"));
        Answer appended = await Host.SendAsync("POST", "/append?key=a&value=4");
        Answer get = await Host.SendAsync("GET", "/get?key=a");
        Answer json = await Host.SendAsync("GET", "/get?key=a", "Accept: application/json");

        Assert.Equal((201, """{"revision":1,"created":true}"""), (put.Status, put.Text));
        Assert.Equal((200, """{"revision":2,"created":false}"""), (replaced.Status, replaced.Text));
        Assert.Equal((200, """{"revision":3,"length":4,"created":false}"""), (append.Status, append.Text));
        Assert.Equal((200, """{"revision":4,"length":5,"created":false}"""), (appended.Status, appended.Text));
        Assert.Equal([(byte)'2', (byte)'+', 0xFF, (byte)'3', (byte)'4'], get.Body);
        Assert.StartsWith("{\"key\":\"a\",", json.Text);
    }

    [Theory]
    [InlineData("/put?key=a&value=1", "2")]
    [InlineData("/put", "2")]
    [InlineData("/put?key=", "2")]
    public async Task A_short_form_that_is_ambiguous_is_400(string target, string body)
    {
        Assert.Equal(400, (await Host.SendAsync("POST", target, Bytes(body))).Status);
        Assert.DoesNotContain(Gate.Seen, request => request.Operation == Operation.Put);
    }
}
