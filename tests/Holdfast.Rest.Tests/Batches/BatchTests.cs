using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Tests.Fakes;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Batches;

public sealed class BatchTests : HostedTest
{
    [Fact]
    public async Task A_batch_is_one_request_and_answers_in_order()
    {
        Gate.Seed(Bytes("{u}old"), Bytes("x"), timeToLiveMs: 500);
        Answer answer = await SendAsync(
            """
            {"op":"check","key":"{u}none","revision":0},
            {"op":"put","key":"{u}a","value":"one"},
            {"op":"append","key":"{u}a","value":"+"},
            {"op":"increment","key":"{u}n","by":-3},
            {"op":"increment","key":"{u}n"},
            {"op":"get","key":"{u}a"},
            {"op":"get","key":"{u}old"},
            {"op":"get","key":"{u}none"},
            {"op":"delete","key":"{u}old"},
            {"op":"delete","key":"{u}old"}
            """);

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal(
            """{"revision":6,"results":["""
            + """{"op":"check","key":"{u}none","revision":null},"""
            + """{"op":"put","key":"{u}a","revision":2,"created":true},"""
            + """{"op":"append","key":"{u}a","revision":3,"length":4,"created":false},"""
            + """{"op":"increment","key":"{u}n","revision":4,"value":-3},"""
            + """{"op":"increment","key":"{u}n","revision":5,"value":-2},"""
            + """{"op":"get","key":"{u}a","revision":3,"value":"one+","encoding":"utf8","length":4,"ttl":null},"""
            + """{"op":"get","key":"{u}old","revision":1,"value":"x","encoding":"utf8","length":1,"ttl":500},"""
            + """{"op":"get","key":"{u}none","revision":null,"value":null},"""
            + """{"op":"delete","key":"{u}old","revision":6,"deleted":1},"""
            + """{"op":"delete","key":"{u}old","revision":null,"deleted":0}]}""",
            answer.Text);
        SeenRequest seen = Assert.Single(Gate.Seen);
        Assert.Equal((Operation.Batch, RequestFlags.None), (seen.Operation, seen.Flags));
        Assert.Equal("2", answer.Header("Holdfast-Served-By"));
        Assert.Equal(seen.Partition.ToString(), answer.Header("Holdfast-Partition"));
    }

    [Fact]
    public async Task A_batch_that_changes_nothing_has_no_revision() =>
        Assert.StartsWith("{\"revision\":null,", (await SendAsync("""{"op":"get","key":"a"}""")).Text);

    [Fact]
    public async Task Keys_and_values_of_any_bytes_go_in_base64_both_ways()
    {
        Answer answer = await SendAsync(
            """
            {"op":"put","key":"/wA=","key_encoding":"base64","value":"AP8=","encoding":"base64"},
            {"op":"get","key":"/wA=","key_encoding":"base64"}
            """);

        Assert.Equal(
            """{"revision":1,"results":["""
            + """{"op":"put","key":"/wA=","key_encoding":"base64","revision":1,"created":true},"""
            + """{"op":"get","key":"/wA=","key_encoding":"base64","revision":1,"value":"AP8=","encoding":"base64","length":2,"ttl":null}]}""",
            answer.Text);
        Assert.Equal([0, 0xFF], (await Host.SendAsync("GET", "/v1/kv?key=%FF%00")).Body);
    }

    [Fact]
    public async Task Escapes_in_strings_are_resolved()
    {
        Assert.Equal(200, (await SendAsync("""{"op":"put","key":"\u0061\/\n","value":"\u00e9\"\ud83d\ude00","encoding":"utf8"}""")).Status);
        Assert.Equal("é\"😀", (await Host.SendAsync("GET", "/v1/kv/a/%0A")).Text);
    }

    [Theory]
    [InlineData("\"30s\"", 30_000)]
    [InlineData("\"1500ms\"", 1500)]
    [InlineData("250", 250)]
    [InlineData("3153600000000", 3_153_600_000_000)]
    public async Task A_put_says_how_long_its_key_is_to_live(string text, long milliseconds)
    {
        Assert.Equal(200, (await SendAsync($$"""{"op":"put","key":"a","value":"1","ttl":{{text}}}""")).Status);
        Assert.Equal(Expiry.After(milliseconds), Assert.Single(Gate.SeenInBatches).Expiry);
    }

    [Fact]
    public async Task A_time_to_live_of_null_is_none()
    {
        Assert.Equal(200, (await SendAsync("""{"op":"put","key":"a","value":"1","ttl":null}""")).Status);
        Assert.Equal(Expiry.Never, Assert.Single(Gate.SeenInBatches).Expiry);
    }

    [Theory]
    [InlineData("""{"op":"put","key":"a","value":"1","if_revision":5}""", RequestFlags.IfRevision, 5)]
    [InlineData("""{"op":"put","key":"a","value":"1","if_revision":0}""", RequestFlags.IfAbsent, 0)]
    [InlineData("""{"op":"put","key":"a","value":"1","if_absent":true}""", RequestFlags.IfAbsent, 0)]
    [InlineData("""{"op":"put","key":"a","value":"1","if_absent":false}""", RequestFlags.None, 0)]
    [InlineData("""{"op":"put","key":"a","value":"1","if_absent":false,"if_revision":5}""", RequestFlags.IfRevision, 5)]
    [InlineData("""{"op":"delete","key":"a","if_revision":5}""", RequestFlags.IfRevision, 5)]
    [InlineData("""{"op":"check","key":"a","revision":5}""", RequestFlags.IfRevision, 5)]
    [InlineData("""{"op":"check","key":"a","revision":0}""", RequestFlags.IfAbsent, 0)]
    public async Task Conditions_go_to_the_store(string operation, RequestFlags flags, ulong revision)
    {
        await SendAsync(operation);
        SeenRequest seen = Assert.Single(Gate.SeenInBatches);

        Assert.Equal((flags, new Revision(revision)), (seen.Flags, seen.Revision));
    }

    [Fact]
    public async Task A_batch_has_the_clients_deadline()
    {
        await Host.SendAsync("POST", "/v1/batch", Bytes("""{"ops":[{"op":"get","key":"a"}]}"""), "Holdfast-Timeout: 2s");
        Assert.Equal(2000U, Assert.Single(Gate.Seen).TimeoutMs);
    }

    [Theory]
    [InlineData("""{"op":"check","key":"{u}a","revision":7}""", 412, "condition-failed", ",\"revision\":1")]
    [InlineData("""{"op":"put","key":"{u}a","value":"2","if_absent":true}""", 412, "condition-failed", ",\"revision\":1")]
    [InlineData("""{"op":"delete","key":"{u}none","if_revision":7}""", 412, "condition-failed", ",\"revision\":null")]
    [InlineData("""{"op":"increment","key":"{u}a"}""", 409, "not-an-integer", "")]
    [InlineData("""{"op":"increment","key":"{u}max"}""", 409, "overflow", "")]
    public async Task What_fails_a_batch_is_named_and_nothing_is_done(string operation, int status, string code, string revision)
    {
        Gate.Seed(Bytes("{u}a"), Bytes("text"));
        Gate.Seed(Bytes("{u}max"), Bytes("9223372036854775807"));
        Answer answer = await SendAsync($$"""{"op":"put","key":"{u}new","value":"1"},{{operation}},{"op":"get","key":"{u}a"}""");

        Assert.Equal(status, answer.Status);
        Assert.EndsWith(
            $"\"detail\":\"ops[1]: An operation failed.\",\"code\":\"{code}\",\"outcome\":\"not-applied\"{revision},\"index\":1}}", answer.Text);
        Assert.Equal(404, (await Host.SendAsync("GET", "/v1/kv?key={u}new")).Status);
    }

    [Fact]
    public async Task A_failure_of_the_batch_as_a_whole_names_no_operation()
    {
        Gate.Fails = _ => new Fault(FaultCode.Timeout, Outcome.Unknown, "The deadline passed.");
        Answer answer = await SendAsync("""{"op":"get","key":"a"}""");

        Assert.Equal(504, answer.Status);
        Assert.EndsWith("\"detail\":\"The deadline passed.\",\"code\":\"timeout\",\"outcome\":\"unknown\"}", answer.Text);
    }

    [Fact]
    public async Task Keys_in_several_slots_are_409_and_nothing_is_asked()
    {
        Answer answer = await SendAsync("""{"op":"get","key":"{u}a"},{"op":"get","key":"{u}b"},{"op":"get","key":"{v}a"}""");

        Assert.Equal(409, answer.Status);
        Assert.Contains("\"code\":\"cross-slot\",\"outcome\":\"not-applied\",\"index\":2}", answer.Text);
        Assert.Empty(Gate.Seen);
    }

    [Fact]
    public async Task In_a_single_partition_any_keys_live_together()
    {
        Gate.PartitionCount = 1;

        Assert.Equal(200, (await SendAsync("""{"op":"get","key":"{u}a"},{"op":"get","key":"{v}a"}""")).Status);
    }

    private Task<Answer> SendAsync(string operations) => Host.SendAsync("POST", "/v1/batch", Bytes($$"""{"ops":[{{operations}}]}"""));
}
