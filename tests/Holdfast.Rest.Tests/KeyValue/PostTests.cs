using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.KeyValue;

public sealed class PostTests : HostedTest
{
    [Fact]
    public async Task An_append_creates_and_then_extends()
    {
        Answer first = await Host.SendAsync("POST", "/v1/kv/a?op=append", Bytes("ab"));
        Answer second = await Host.SendAsync("POST", "/v1/kv/a?op=append", Bytes("cde"));

        Assert.Equal((200, """{"revision":1,"length":2,"created":true}"""), (first.Status, first.Text));
        Assert.Equal((200, """{"revision":2,"length":5,"created":false}"""), (second.Status, second.Text));
        Assert.Equal("\"2\"", second.Header("ETag"));
        Assert.Equal("abcde", (await Host.SendAsync("GET", "/v1/kv/a")).Text);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("&by=5", 5)]
    [InlineData("&by=-5", -5)]
    [InlineData("&by=9223372036854775807", long.MaxValue)]
    [InlineData("&by=-9223372036854775808", long.MinValue)]
    public async Task An_increment_adds_to_an_absent_key_as_to_zero(string by, long sum)
    {
        Answer answer = await Host.SendAsync("POST", "/v1/kv/a?op=increment" + by);

        Assert.Equal((200, $$"""{"revision":1,"value":{{sum}}}"""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task An_increment_of_something_else_is_409()
    {
        Gate.Seed(Bytes("a"), Bytes("x"));
        Answer answer = await Host.SendAsync("POST", "/v1/kv/a?op=increment");

        Assert.Equal(409, answer.Status);
        Assert.Contains("\"code\":\"not-an-integer\",\"outcome\":\"not-applied\"", answer.Text);
    }

    [Theory]
    [InlineData("/v1/kv/a")]
    [InlineData("/v1/kv/a?op=")]
    [InlineData("/v1/kv/a?op=prepend")]
    [InlineData("/v1/kv/a?op=append&by=1")]
    [InlineData("/v1/kv/a?op=increment&by=")]
    [InlineData("/v1/kv/a?op=increment&by=1.5")]
    [InlineData("/v1/kv/a?op=increment&by=+1%20")]
    [InlineData("/v1/kv/a?op=increment&by=9223372036854775808")]
    public async Task A_malformed_post_is_400(string target)
    {
        Answer answer = await Host.SendAsync("POST", target, Bytes("1"));

        Assert.Equal(400, answer.Status);
        Assert.Contains("\"outcome\":\"not-applied\"", answer.Text);
        Assert.Empty(Gate.Seen);
    }
}
