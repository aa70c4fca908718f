using Holdfast.Api;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.KeyValue;

public sealed class ReadTests : HostedTest
{
    [Fact]
    public async Task A_get_gives_the_raw_value_that_no_browser_renders()
    {
        Gate.Seed(Bytes("a"), Bytes("<script>"));
        Answer answer = await Host.SendAsync("GET", "/v1/kv/a");

        Assert.Equal(200, answer.Status);
        Assert.Equal("<script>", answer.Text);
        Assert.Equal("application/octet-stream", answer.ContentType);
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Equal("sandbox", answer.Header("Content-Security-Policy"));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal("\"1\"", answer.Header("ETag"));
        Assert.Equal("1", answer.Header("Holdfast-Revision"));
        Assert.Equal("2", answer.Header("Holdfast-Served-By"));
        Assert.Equal(Gate.Seen.Single().Partition.ToString(), answer.Header("Holdfast-Partition"));
        Assert.Null(answer.Header("Holdfast-Ttl"));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task A_key_that_expires_says_when(string method)
    {
        Gate.Seed(Bytes("a"), Bytes("1"), timeToLiveMs: 1234);

        Assert.Equal("1234", (await Host.SendAsync(method, "/v1/kv/a")).Header("Holdfast-Ttl"));
    }

    [Fact]
    public async Task A_head_is_a_get_without_the_body_and_without_reading_the_value()
    {
        Gate.Seed(Bytes("a"), Bytes("12345"));
        Answer get = await Host.SendAsync("GET", "/v1/kv/a");
        Answer head = await Host.SendAsync("HEAD", "/v1/kv/a");

        Assert.Equal(200, head.Status);
        Assert.Empty(head.Body);
        Assert.Equal(5, head.ContentHeaders.ContentLength);
        Assert.Equal(get.ContentType, head.ContentType);
        Assert.Equal(get.Header("ETag"), head.Header("ETag"));
        Assert.Equal(Operation.Measure, Gate.Seen.Last().Operation);
    }

    [Fact]
    public async Task A_head_of_json_has_the_length_of_the_json()
    {
        Gate.Seed(Bytes("a"), Bytes("12345"));
        Answer get = await Host.SendAsync("GET", "/v1/kv/a", "Accept: application/json");
        Answer head = await Host.SendAsync("HEAD", "/v1/kv/a", "Accept: application/json");

        Assert.Equal(get.Body.Length, head.ContentHeaders.ContentLength);
        Assert.Empty(head.Body);
    }

    [Fact]
    public async Task An_absent_key_is_404_without_an_outcome()
    {
        Answer answer = await Host.SendAsync("GET", "/v1/kv/a");

        Assert.Equal(404, answer.Status);
        Assert.Equal(
            """{"type":"urn:holdfast:not-found","title":"Not found","status":404,"detail":"There is no such key.","code":"not-found"}""",
            answer.Text);
        Assert.Equal("2", answer.Header("Holdfast-Served-By"));
        Assert.Null(answer.Header("ETag"));
        Assert.Equal(404, (await Host.SendAsync("HEAD", "/v1/kv/a")).Status);
    }

    [Fact]
    public async Task Json_shows_text_as_utf8()
    {
        Gate.Seed(Bytes("ключ/+<"), Bytes("\"värde\"\n"), timeToLiveMs: 50);
        Answer answer = await Host.SendAsync("GET", $"/v1/kv/{Uri.EscapeDataString("ключ/+<")}", "Accept: application/json");

        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal("""{"key":"ключ/+<","value":"\"värde\"\n","encoding":"utf8","revision":1,"ttl":50}""", answer.Text);
    }

    [Fact]
    public async Task Json_shows_other_bytes_as_base64_and_says_so()
    {
        Gate.Seed([0xFF, 0x00], [0xC3, 0x28]);
        Answer answer = await Host.SendAsync("GET", "/v1/kv?key=%FF%00", "Accept: text/html;q=0.9, application/json;q=0.5");

        Assert.Equal("""{"key":"/wA=","key_encoding":"base64","value":"wyg=","encoding":"base64","revision":1,"ttl":null}""", answer.Text);
    }

    [Fact]
    public async Task A_large_value_arrives_whole_raw_and_as_json()
    {
        byte[] value = new byte[700_001];
        new Random(7).NextBytes(value);
        Gate.Seed(Bytes("a"), value);

        Assert.Equal(value, (await Host.SendAsync("GET", "/v1/kv/a")).Body);
        string json = (await Host.SendAsync("GET", "/v1/kv/a", "Accept: application/json")).Text;
        Assert.Equal($$"""{"key":"a","value":"{{Convert.ToBase64String(value)}}","encoding":"base64","revision":1,"ttl":null}""", json);
    }

    [Theory]
    [InlineData("", RequestFlags.None)]
    [InlineData("?consistency=linearizable", RequestFlags.None)]
    [InlineData("?consistency=stale", RequestFlags.Stale)]
    public async Task A_read_is_linearizable_unless_it_may_be_stale(string query, RequestFlags flags)
    {
        await Host.SendAsync("GET", "/v1/kv/a" + query);

        Assert.Equal(flags, Gate.Seen.Single().Flags);
    }

    [Theory]
    [InlineData("?consistency=eventual", 400)]
    [InlineData("?consistency=stale&max_staleness=500ms", 501)]
    public async Task A_consistency_that_is_not_there_is_refused(string query, int status)
    {
        Answer answer = await Host.SendAsync("GET", "/v1/kv/a" + query);

        Assert.Equal(status, answer.Status);
        Assert.DoesNotContain("outcome", answer.Text);
        Assert.Empty(Gate.Seen);
    }
}
