using System.Text;
using Holdfast.Api;
using Holdfast.Rest.Tests.Fakes;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Bulk;

public sealed class SetTests : HostedTest
{
    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    public async Task A_set_stores_pairs_of_any_bytes(string method)
    {
        Answer answer = await Host.SendAsync(method, "/set", Bytes(
            """
            [{"key":{"encoding":"string","data":"a/b"},"value":{"encoding":"binary","data":"AP8="}},
             {"key":{"encoding":"binary","data":"/wA="},"value":{"encoding":"string","data":"\u00e9"}},
             {"value":{"data":"","encoding":"string"},"key":{"data":"c","encoding":"string"}}]
            """));

        Assert.Equal((200, """{"keys_added":3,"keys_failed":[]}"""), (answer.Status, answer.Text));
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal([0, 0xFF], (await Host.SendAsync("GET", "/v1/kv/a/b")).Body);
        Assert.Equal("é", (await Host.SendAsync("GET", "/v1/kv?key=%FF%00")).Text);
        Assert.Equal((200, ""), ((await Host.SendAsync("GET", "/v1/kv/c")).Status, (await Host.SendAsync("GET", "/v1/kv/c")).Text));
    }

    [Fact]
    public async Task A_set_is_one_batch_a_partition()
    {
        Answer answer = await SendAsync(Enumerable.Range(0, 1000).Select(i => $"key{i}"));

        Assert.Equal((200, """{"keys_added":1000,"keys_failed":[]}"""), (answer.Status, answer.Text));
        Assert.All(Gate.Seen, seen => Assert.Equal((Operation.Batch, RequestFlags.AnySlot), (seen.Operation, seen.Flags)));
        Assert.Equal(Enumerable.Range(0, 16), Gate.Seen.Select(seen => seen.Partition).Order());
        Assert.Equal(1000, Gate.Partitions.Sum(partition => partition.Count));
    }

    [Fact]
    public async Task Of_a_key_that_comes_twice_the_last_value_stays()
    {
        Answer answer = await Host.SendAsync("POST", "/set", Bytes($"[{Pair("a", "1")},{Pair("a", "2")}]"));

        Assert.Equal("""{"keys_added":2,"keys_failed":[]}""", answer.Text);
        Assert.Equal("2", (await Host.SendAsync("GET", "/v1/kv/a")).Text);
    }

    [Fact]
    public async Task A_set_of_nothing_asks_nothing()
    {
        Answer answer = await Host.SendAsync("POST", "/set", Bytes("[]"));

        Assert.Equal((200, """{"keys_added":0,"keys_failed":[]}"""), (answer.Status, answer.Text));
        Assert.Empty(Gate.Seen);
    }

    [Fact]
    public async Task When_some_partitions_refuse_the_keys_that_failed_say_why_as_they_were_given()
    {
        string[] keys = [.. Enumerable.Range(0, 50).Select(i => $"key{i}")];
        int refusing = PartitionOf("key0");
        int silent = keys.Select(PartitionOf).First(partition => partition != refusing);
        Gate.Fails = request => request.Partition == refusing ? new Fault(FaultCode.NoLeader, Outcome.NotApplied, "Why.")
            : request.Partition == silent ? new Fault(FaultCode.Timeout, Outcome.Unknown, "Why.")
            : null;
        Answer answer = await SendAsync(keys);

        string failed = string.Join(',', keys.Where(key => PartitionOf(key) == refusing || PartitionOf(key) == silent).Select(key =>
            $$"""{"key":{"encoding":"string","data":"{{key}}"},"""
            + (PartitionOf(key) == refusing ? "\"code\":\"no-leader\",\"outcome\":\"not-applied\"}" : "\"code\":\"timeout\",\"outcome\":\"unknown\"}")));
        int added = keys.Count(key => PartitionOf(key) != refusing && PartitionOf(key) != silent);
        Assert.Equal((206, $$"""{"keys_added":{{added}},"keys_failed":[{{failed}}]}"""), (answer.Status, answer.Text));
        Assert.Equal(added, Gate.Partitions.Sum(partition => partition.Count));
    }

    [Fact]
    public async Task When_all_partitions_refuse_the_answer_is_their_problem()
    {
        Gate.Fails = _ => new Fault(FaultCode.NoLeader, Outcome.NotApplied, "Why.");
        Answer answer = await SendAsync(["a", "b", "c", "d", "e"]);

        Assert.Equal(503, answer.Status);
        Assert.Equal("1", answer.Header("Retry-After"));
        Assert.EndsWith("\"code\":\"no-leader\",\"outcome\":\"not-applied\"}", answer.Text);
    }

    [Fact]
    public async Task When_all_partitions_failed_and_one_may_have_stored_the_outcome_is_unknown()
    {
        int silent = PartitionOf("key7");
        Gate.Fails = request => request.Partition == silent
            ? new Fault(FaultCode.Timeout, Outcome.Unknown, "Why.")
            : new Fault(FaultCode.NoLeader, Outcome.NotApplied, "Why.");
        Answer answer = await SendAsync(Enumerable.Range(0, 50).Select(i => $"key{i}"));

        Assert.Equal(504, answer.Status);
        Assert.EndsWith("\"code\":\"timeout\",\"outcome\":\"unknown\"}", answer.Text);
    }

    [Theory]
    [InlineData("""{"key":{"encoding":"hex","data":"61"},"value":{"encoding":"string","data":""}}""", "bad-request")]
    [InlineData("""{"key":{"encoding":null,"data":"61"},"value":{"encoding":"string","data":""}}""", "bad-request")]
    [InlineData("""{"key":{"encoding":"string","data":"a"},"value":{"encoding":"binary","data":"a"}}""", "bad-request")]
    [InlineData("""{"key":{"encoding":"string","data":""},"value":{"encoding":"string","data":""}}""", "invalid-key")]
    public async Task A_pair_that_makes_no_sense_refuses_all_and_is_named(string pair, string code)
    {
        Answer answer = await Host.SendAsync("POST", "/set", Bytes($"[{Pair("a", "1")},{pair}]"));

        Assert.Equal(400, answer.Status);
        Assert.Contains("\"detail\":\"pairs[1]: ", answer.Text);
        Assert.EndsWith($"\"code\":\"{code}\",\"outcome\":\"not-applied\",\"index\":1}}", answer.Text);
        Assert.Empty(Gate.Seen);
    }

    [Theory]
    [InlineData("{}", "$")]
    [InlineData("[null]", "$[0]")]
    [InlineData("""[{"key":{"encoding":"string","data":"a"}}]""", "$[0]")]
    [InlineData("""[{"key":"a","value":"b"}]""", "$[0].key")]
    [InlineData("""[{"key":null,"value":null}]""", "$[0].key")]
    [InlineData("""[{"key":{"encoding":"string","data":null},"value":{"encoding":"string","data":""}}]""", "$[0].key.data")]
    [InlineData("""[{"key":{"encoding":"string","data":"a"},"value":{"encoding":"string","data":""},"ttl":5}]""", "$[0].ttl")]
    public async Task A_body_that_is_no_list_of_pairs_is_400_and_says_where(string body, string place)
    {
        Answer answer = await Host.SendAsync("POST", "/set", Bytes(body));

        Assert.Equal(400, answer.Status);
        Assert.Contains($" {place}, line 1, byte ", answer.Text);
        Assert.Contains("\"outcome\":\"not-applied\"", answer.Text);
        Assert.Empty(Gate.Seen);
    }

    [Fact]
    public async Task A_value_above_the_limit_refuses_all_with_413()
    {
        Gate.MaxValueBytes = 3;
        Answer answer = await Host.SendAsync("POST", "/set", Bytes($"[{Pair("a", "123")},{Pair("b", "1234")}]"));

        Assert.Equal(413, answer.Status);
        Assert.EndsWith("\"code\":\"value-too-large\",\"outcome\":\"not-applied\",\"index\":1}", answer.Text);
        Assert.Empty(Gate.Seen);
    }

    [Fact]
    public async Task Pairs_above_the_bytes_of_a_batch_are_413()
    {
        Gate.MaxValueBytes = Limits.DefaultMaxValueBytes;
        string half = new('v', (Limits.MaxBatchBytes / 2) - 40);
        Answer answer = await Host.SendAsync("POST", "/set", Bytes($"[{Pair("a", half)},{Pair("b", half)}]"));

        Assert.Equal(413, answer.Status);
        Assert.EndsWith("\"code\":\"value-too-large\",\"outcome\":\"not-applied\",\"index\":1}", answer.Text);
        Assert.Empty(Gate.Seen);
    }

    [Fact]
    public async Task More_than_ten_thousand_pairs_are_400() =>
        Assert.Equal(400, (await SendAsync(Enumerable.Range(0, Limits.MaxBatchOperations + 1).Select(i => $"key{i}"))).Status);

    [Fact]
    public async Task A_set_takes_no_condition() =>
        Assert.Equal(400, (await Host.SendAsync("PUT", "/set", Bytes("[]"), "If-None-Match: *")).Status);

    private static string Pair(string key, string value) =>
        $$$"""{"key":{"encoding":"string","data":"{{{key}}}"},"value":{"encoding":"string","data":"{{{value}}}"}}""";

    private int PartitionOf(string key) => (int)Gate.PartitionOf(Gate.SlotOf(Encoding.UTF8.GetBytes(key))).Value;

    private Task<Answer> SendAsync(IEnumerable<string> keys) =>
        Host.SendAsync("POST", "/set", Bytes($"[{string.Join(',', keys.Select(key => Pair(key, "v")))}]"));
}
