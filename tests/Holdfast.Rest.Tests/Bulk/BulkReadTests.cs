using Holdfast.Api;
using Holdfast.Rest.Tests.Fakes;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Bulk;

public sealed class BulkReadTests : HostedTest
{
    private const string Keys =
        """[{"encoding":"string","data":"a/b"},{"encoding":"string","data":"none"},{"encoding":"binary","data":"/wA="}]""";

    [Fact]
    public async Task A_fetch_gives_values_in_the_order_asked()
    {
        Seed();
        Answer answer = await Host.SendAsync("POST", "/fetch", Bytes(Keys));

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal(
            """[{"key":{"encoding":"string","data":"a/b"},"value":{"encoding":"string","data":"é\""}},"""
            + """{"key":{"encoding":"string","data":"none"},"value":null},"""
            + """{"key":{"encoding":"binary","data":"/wA="},"value":{"encoding":"binary","data":"AP8="}}]""",
            answer.Text.Replace("\\u0022", "\\\"", StringComparison.Ordinal));
        Assert.All(Gate.Seen, seen => Assert.Equal((Operation.Get, RequestFlags.None), (seen.Operation, seen.Flags)));
    }

    [Fact]
    public async Task A_query_tells_which_keys_are_there_without_their_values()
    {
        Seed();
        Answer answer = await Host.SendAsync("POST", "/query", Bytes(Keys));

        Assert.Equal(
            """[{"key":{"encoding":"string","data":"a/b"},"value":true},"""
            + """{"key":{"encoding":"string","data":"none"},"value":false},"""
            + """{"key":{"encoding":"binary","data":"/wA="},"value":true}]""",
            answer.Text);
        Assert.All(Gate.Seen, seen => Assert.Equal(Operation.Measure, seen.Operation));
    }

    [Theory]
    [InlineData("/fetch")]
    [InlineData("/query")]
    public async Task Nothing_asked_is_an_empty_list(string target)
    {
        Answer answer = await Host.SendAsync("POST", target, Bytes("[]"));

        Assert.Equal((200, "[]"), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Reads_are_sent_before_the_first_is_answered_and_not_without_bound()
    {
        Gate.Holds = _ => true;
        Task<Answer> fetch = Host.SendAsync("POST", "/fetch", KeysNamed(100));
        await Eventually.HoldsAsync(() => Gate.HeldCount > 1);
        int held = await Eventually.SettlesAsync(() => Gate.HeldCount);
        Gate.Release();

        Assert.InRange(held, 2, 99);
        Assert.Equal(200, (await fetch).Status);
        Assert.Equal(100, Gate.Seen.Count);
    }

    [Fact]
    public async Task Many_large_values_are_streamed()
    {
        const int Count = 200;
        for (int i = 0; i < Count; i++)
        {
            Gate.Seed(Bytes($"key{i}"), [.. Enumerable.Repeat((byte)'v', 20_000)]);
        }

        Answer answer = await Host.SendAsync("POST", "/fetch", KeysNamed(Count));

        Assert.Equal(200, answer.Status);
        Assert.Equal("chunked", answer.Header("Transfer-Encoding"));
        using var document = System.Text.Json.JsonDocument.Parse(answer.Body);
        Assert.Equal(
            Enumerable.Range(0, Count).Select(i => ($"key{i}", 20_000)),
            document.RootElement.EnumerateArray().Select(item => (
                item.GetProperty("key").GetProperty("data").GetString()!,
                item.GetProperty("value").GetProperty("data").GetString()!.Length)));
    }

    [Fact]
    public async Task A_read_may_be_stale_when_the_client_says_so_and_has_its_deadline()
    {
        await Host.SendAsync("POST", "/fetch?consistency=stale", Bytes(Keys), "Holdfast-Timeout: 2s");
        Assert.All(Gate.Seen, seen => Assert.Equal((RequestFlags.Stale, 2000U), (seen.Flags, seen.TimeoutMs)));
    }

    [Theory]
    [InlineData("/fetch")]
    [InlineData("/query")]
    public async Task A_read_that_fails_is_the_answer_and_has_no_outcome(string target)
    {
        byte[] failing = Bytes("key60");
        Gate.Fails = seen => seen.Key.AsSpan().SequenceEqual(failing) ? new Fault(FaultCode.NoLeader, Outcome.NotApplied, "Why.") : null;
        Answer answer = await Host.SendAsync("POST", target, KeysNamed(100));

        Assert.Equal(503, answer.Status);
        Assert.EndsWith("\"detail\":\"Why.\",\"code\":\"no-leader\"}", answer.Text);
    }

    [Fact]
    public async Task A_read_that_fails_when_a_part_was_sent_cuts_the_connection()
    {
        Gate.Seed(Bytes("key0"), new byte[300_000]);
        byte[] failing = Bytes("key60");
        Gate.Fails = seen => seen.Key.AsSpan().SequenceEqual(failing) ? new Fault(FaultCode.NoLeader, Outcome.NotApplied, "Why.") : null;

        await Assert.ThrowsAsync<HttpRequestException>(() => Host.SendAsync("POST", "/fetch", KeysNamed(100)));
    }

    [Theory]
    [InlineData("""[{"encoding":"string","data":"a"},{"encoding":"hex","data":"61"}]""", "keys[1]: ", "bad-request")]
    [InlineData("""[{"encoding":"string","data":"a"},{"encoding":"string","data":""}]""", "keys[1]: ", "invalid-key")]
    [InlineData("""["a"]""", "$[0]", "bad-request")]
    [InlineData("""[{"encoding":"string"}]""", "$[0]", "bad-request")]
    [InlineData("""[{"encoding":"string","data":"a","x":1}]""", "$[0].x", "bad-request")]
    public async Task A_malformed_list_of_keys_is_400_and_says_where(string body, string place, string code)
    {
        Answer answer = await Host.SendAsync("POST", "/fetch", Bytes(body));

        Assert.Equal(400, answer.Status);
        Assert.Contains(place, answer.Text);
        Assert.Contains($"\"code\":\"{code}\"", answer.Text);
        Assert.DoesNotContain("outcome", answer.Text);
        Assert.Empty(Gate.Seen);
    }

    [Theory]
    [InlineData("/fetch?x=1")]
    [InlineData("/query?consistency=some")]
    public async Task Parameters_that_do_not_fit_are_400(string target) =>
        Assert.Equal(400, (await Host.SendAsync("POST", target, Bytes("[]"))).Status);

    private static byte[] KeysNamed(int count) =>
        Bytes($"[{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"encoding":"string","data":"key{{i}}"}"""))}]");

    private void Seed()
    {
        Gate.Seed(Bytes("a/b"), Bytes("é\""));
        Gate.Seed([0xFF, 0], [0, 0xFF]);
    }
}
