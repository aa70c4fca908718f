using Holdfast.Api;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.KeyValue;

public sealed class DeleteTests : HostedTest
{
    [Fact]
    public async Task A_delete_of_a_key_says_one_and_its_revision()
    {
        Gate.Seed(Bytes("a"), Bytes("1"));
        Answer answer = await Host.SendAsync("DELETE", "/v1/kv/a");

        Assert.Equal((200, """{"deleted":1,"revision":2}"""), (answer.Status, answer.Text));
        Assert.Equal(404, (await Host.SendAsync("GET", "/v1/kv/a")).Status);
    }

    [Fact]
    public async Task A_delete_of_an_absent_key_says_none()
    {
        Answer answer = await Host.SendAsync("DELETE", "/v1/kv?key=a");

        Assert.Equal((200, """{"deleted":0,"revision":null}"""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task A_delete_on_a_condition_that_fails_is_412()
    {
        Gate.Seed(Bytes("a"), Bytes("1"));
        Answer answer = await Host.SendAsync("DELETE", "/v1/kv/a", "If-Match: \"9\"");

        Assert.Equal(412, answer.Status);
        Assert.EndsWith("\"outcome\":\"not-applied\",\"revision\":1}", answer.Text);
        Assert.Equal(RequestFlags.IfRevision, Gate.Seen.Single().Flags);
    }

    [Fact]
    public async Task A_delete_when_absent_makes_no_sense() =>
        Assert.Equal(400, (await Host.SendAsync("DELETE", "/v1/kv/a", "If-None-Match: *")).Status);
}
