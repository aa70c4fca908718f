using Holdfast.Api;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.KeyValue;

public sealed class PutTests : HostedTest
{
    [Fact]
    public async Task A_put_of_a_new_key_is_201_and_says_so()
    {
        Answer answer = await Host.PutAsync("/v1/kv/a", "1");

        Assert.Equal(201, answer.Status);
        Assert.Equal("""{"revision":1,"created":true}""", answer.Text);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal("\"1\"", answer.Header("ETag"));
        Assert.Equal("1", answer.Header("Holdfast-Revision"));
        Assert.Equal("2", answer.Header("Holdfast-Served-By"));
        Assert.Equal(Gate.Seen.Single().Partition.ToString(), answer.Header("Holdfast-Partition"));
    }

    [Fact]
    public async Task A_put_of_an_old_key_is_200()
    {
        await Host.PutAsync("/v1/kv/a", "1");
        Answer answer = await Host.PutAsync("/v1/kv/a", "2");

        Assert.Equal(200, answer.Status);
        Assert.Equal("""{"revision":2,"created":false}""", answer.Text);
        Assert.Equal("2", (await Host.SendAsync("GET", "/v1/kv/a")).Text);
    }

    [Fact]
    public async Task A_value_may_be_any_bytes_and_none()
    {
        byte[] value = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        await Host.SendAsync("PUT", "/v1/kv/bytes", value);
        await Host.SendAsync("PUT", "/v1/kv/none", Array.Empty<byte>());

        Assert.Equal(value, (await Host.SendAsync("GET", "/v1/kv/bytes")).Body);
        Answer none = await Host.SendAsync("GET", "/v1/kv/none");
        Assert.Equal(200, none.Status);
        Assert.Empty(none.Body);
    }

    [Theory]
    [InlineData("If-None-Match: *", RequestFlags.IfAbsent, 0)]
    [InlineData("If-Match: *", RequestFlags.IfPresent, 0)]
    [InlineData("If-Match: \"7\"", RequestFlags.IfRevision, 7)]
    [InlineData("If-Match: \"9007199254740991\"", RequestFlags.IfRevision, 9007199254740991)]
    public async Task A_condition_goes_with_the_request(string header, RequestFlags flags, ulong revision)
    {
        await Host.PutAsync("/v1/kv/a", "1", header);

        Assert.Equal(flags, Gate.Seen.Single().Flags);
        Assert.Equal(revision, Gate.Seen.Single().Revision.Value);
    }

    [Fact]
    public async Task A_condition_that_fails_is_412_with_the_actual_revision()
    {
        await Host.PutAsync("/v1/kv/a", "1");
        Answer answer = await Host.PutAsync("/v1/kv/a", "2", "If-None-Match: *");

        Assert.Equal(412, answer.Status);
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.Equal(
            """{"type":"urn:holdfast:condition-failed","title":"Condition failed","status":412,"detail":"The condition did not hold.","code":"condition-failed","outcome":"not-applied","revision":1}""",
            answer.Text);
        Assert.Equal("1", (await Host.SendAsync("GET", "/v1/kv/a")).Text);
    }

    [Fact]
    public async Task A_condition_that_fails_on_an_absent_key_has_no_revision()
    {
        Answer answer = await Host.PutAsync("/v1/kv/a", "2", "If-Match: \"3\"");

        Assert.Equal(412, answer.Status);
        Assert.EndsWith("\"outcome\":\"not-applied\",\"revision\":null}", answer.Text);
    }

    [Theory]
    [InlineData("If-Match: 5")]
    [InlineData("If-Match: \"\"")]
    [InlineData("If-Match: \"0\"")]
    [InlineData("If-Match: \"-1\"")]
    [InlineData("If-Match: \"9007199254740992\"")]
    [InlineData("If-Match: W/\"5\"")]
    [InlineData("If-Match: \"5\", \"6\"")]
    [InlineData("If-None-Match: \"5\"")]
    public async Task A_malformed_condition_is_400_and_nothing_is_asked(string header)
    {
        Answer answer = await Host.PutAsync("/v1/kv/a", "1", header);

        Assert.Equal(400, answer.Status);
        Assert.Contains("\"code\":\"bad-request\",\"outcome\":\"not-applied\"", answer.Text);
        Assert.Empty(Gate.Seen);
    }

    [Fact]
    public async Task Two_conditions_are_400() =>
        Assert.Equal(400, (await Host.PutAsync("/v1/kv/a", "1", "If-Match: *", "If-None-Match: *")).Status);

    [Theory]
    [InlineData("2s", 2000)]
    [InlineData("1500ms", 1500)]
    [InlineData("3m", 180_000)]
    [InlineData("4294967295ms", 4_294_967_295)]
    public async Task The_clients_deadline_goes_with_the_request(string text, uint milliseconds)
    {
        await Host.PutAsync("/v1/kv/a", "1", $"Holdfast-Timeout: {text}");
        await Host.SendAsync("GET", "/v1/kv/a", $"Holdfast-Timeout: {text}");

        Assert.All(Gate.Seen, request => Assert.Equal(milliseconds, request.TimeoutMs));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("s")]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("1.5s")]
    [InlineData("2 s")]
    [InlineData("25h")]
    [InlineData("86400001ms")]
    [InlineData("99999999999999999999ms")]
    public async Task A_malformed_deadline_is_400(string text)
    {
        Answer answer = await Host.PutAsync("/v1/kv/a", "1", $"Holdfast-Timeout: {text}");

        Assert.Equal(400, answer.Status);
        Assert.Contains("Holdfast-Timeout", answer.Text);
        Assert.Empty(Gate.Seen);
    }

    [Theory]
    [InlineData("/v1/kv/a?ttl=30s", 30_000)]
    [InlineData("/v1/kv/a?ttl=1ms", 1)]
    [InlineData("/v1/kv/a?ttl=2m", 120_000)]
    [InlineData("/v1/kv/a?ttl=3h", 10_800_000)]
    [InlineData("/v1/kv/a?ttl=36500d", 3_153_600_000_000)]
    [InlineData("/put?key=a&ttl=30s", 30_000)]
    public async Task A_put_says_how_long_the_key_is_to_live(string target, long milliseconds)
    {
        Answer answer = await Host.SendAsync(target.StartsWith("/put", StringComparison.Ordinal) ? "POST" : "PUT", target, Bytes("1"));

        Assert.Equal(201, answer.Status);
        Assert.Equal(Expiry.After(milliseconds), Assert.Single(Gate.Seen).Expiry);
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("1.5s")]
    [InlineData("1w")]
    [InlineData("36501d")]
    [InlineData("99999999999999999999s")]
    public async Task A_malformed_time_to_live_is_400(string text)
    {
        Answer answer = await Host.PutAsync($"/v1/kv/a?ttl={text}", "1");

        Assert.Equal(400, answer.Status);
        Assert.Contains("\"code\":\"invalid-ttl\",\"outcome\":\"not-applied\"", answer.Text);
        Assert.Empty(Gate.Seen);
    }

    [Fact]
    public async Task An_append_keeps_the_time_to_live_and_takes_none() =>
        Assert.Equal(400, (await Host.SendAsync("POST", "/v1/kv/a?op=append&ttl=30s", Bytes("1"))).Status);

    [Theory]
    [InlineData("/v1/kv/a?tll=30s")]
    [InlineData("/v1/kv/a?key=b")]
    [InlineData("/v1/kv?key=a&key=b")]
    [InlineData("/v1/kv?key=%zz")]
    [InlineData("/v1/kv")]
    public async Task A_query_that_does_not_fit_is_400(string target) =>
        Assert.Equal(400, (await Host.PutAsync(target, "1")).Status);
}
