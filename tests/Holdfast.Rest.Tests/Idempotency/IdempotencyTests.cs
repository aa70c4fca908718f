using System.Text;
using Holdfast.Api;
using Holdfast.Rest.Tests.Fakes;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Idempotency;

public sealed class IdempotencyTests : HostedTest
{
    private const string Key = "Idempotency-Key: t-1";
    private const string Batch = """{"ops":[{"op":"increment","key":"n"}]}""";
    private const string Set = """[{"key":{"encoding":"string","data":"a"},"value":{"encoding":"string","data":"1"}}]""";

    [Theory]
    [InlineData("PUT", "/v1/kv/a", "1")]
    [InlineData("PUT", "/v1/kv/a?ttl=5s", "1")]
    [InlineData("POST", "/v1/kv/a?op=append", "1")]
    [InlineData("POST", "/v1/kv/a?op=increment&by=2", null)]
    [InlineData("DELETE", "/v1/kv/a", null)]
    [InlineData("POST", "/put?key=a&value=1", null)]
    [InlineData("POST", "/append?key=a", "1")]
    [InlineData("POST", "/v1/batch", Batch)]
    [InlineData("POST", "/set", Set)]
    [InlineData("PUT", "/set", Set)]
    public async Task A_write_that_is_sent_again_takes_effect_once_and_answers_the_same(string method, string target, string? body)
    {
        byte[]? bytes = body is null ? null : Bytes(body);
        Answer first = await Host.SendAsync(method, target, bytes, Key);
        Answer again = await Host.SendAsync(method, target, bytes, Key);

        Assert.InRange(first.Status, 200, 201);
        Assert.Equal((first.Status, first.Text), (again.Status, again.Text));
        Assert.Equal(2, Gate.Seen.Count);
        Assert.All(Gate.Seen, seen => Assert.Equal("t-1", seen.Token));
        Assert.Single(Gate.Seen.Select(seen => seen.Fingerprint).Distinct());
    }

    [Theory]
    [InlineData("PUT", "/v1/kv/a", "2", null)]
    [InlineData("PUT", "/v1/kv/a?ttl=5s", "1", null)]
    [InlineData("PUT", "/v1/kv/a", "1", "If-None-Match: *")]
    [InlineData("PUT", "/v1/kv/a", "1", "If-Match: \"1\"")]
    [InlineData("POST", "/v1/kv/a?op=append", "1", null)]
    [InlineData("POST", "/v1/kv/a?op=increment", null, null)]
    [InlineData("DELETE", "/v1/kv/a", null, null)]
    [InlineData("POST", "/v1/batch", """{"ops":[{"op":"put","key":"a","value":"1"}]}""", null)]
    public async Task A_key_that_was_used_for_something_else_is_422(string method, string target, string? body, string? header)
    {
        await Host.PutAsync("/v1/kv/a", "1", Key);
        Answer answer = await Host.SendAsync(method, target, body is null ? null : Bytes(body), header is null ? [Key] : [Key, header]);

        Assert.Equal(422, answer.Status);
        Assert.EndsWith("\"code\":\"idempotency-mismatch\",\"outcome\":\"not-applied\"}", answer.Text);
        Assert.Equal("1", (await Host.SendAsync("GET", "/v1/kv/a")).Text);
    }

    [Fact]
    public async Task What_differs_in_a_key_or_a_value_differs_in_the_fingerprint()
    {
        // The same bytes, cut elsewhere between key and value.
        await Host.PutAsync("/v1/kv/ab", "c", Key);
        await Host.PutAsync("/v1/kv/a", "bc", Key);

        Assert.Equal(2, Gate.Seen.Select(seen => seen.Fingerprint).Distinct().Count());
    }

    [Fact]
    public async Task Fingerprints_are_what_they_were_in_earlier_versions()
    {
        await Host.PutAsync("/v1/kv/a?ttl=5s", "1", Key, "If-Match: \"7\"");
        await Host.SendAsync("POST", "/v1/kv/a?op=increment&by=-2", Key);
        await Host.SendAsync("POST", "/v1/batch", Bytes(Batch), Key);

        Assert.Equal([11957856350985180174UL, 5266588199296682026UL, 12223013372656934678UL], Gate.Seen.Select(seen => seen.Fingerprint));
    }

    [Fact]
    public async Task How_a_write_is_sent_is_not_part_of_what_it_asks()
    {
        await Host.PutAsync("/v1/kv/a", "1", Key);
        Answer again = await Host.SendAsync("POST", "/put?key=a&value=1", Key, "Holdfast-Timeout: 9s");

        Assert.Equal((201, """{"revision":1,"created":true}"""), (again.Status, again.Text));
    }

    [Fact]
    public async Task A_batch_that_reads_otherwise_and_says_the_same_is_the_same()
    {
        await Host.SendAsync("POST", "/v1/batch", Bytes(Batch), Key);
        Answer again = await Host.SendAsync("POST", "/v1/batch", Bytes("""{ "ops": [ {"key":"\u006e","op":"increment","by":1} ] }"""), Key);

        Assert.Equal((200, """{"revision":1,"results":[{"op":"increment","key":"n","revision":1,"value":1}]}"""), (again.Status, again.Text));
    }

    [Theory]
    [InlineData(1, 201)]
    [InlineData(255, 201)]
    [InlineData(256, 400)]
    public async Task A_key_has_up_to_255_characters(int length, int status) =>
        Assert.Equal(status, (await Host.PutAsync("/v1/kv/a", "1", $"Idempotency-Key: {new string('k', length)}")).Status);

    [Theory]
    [InlineData("PUT", "/v1/kv/a", "")]
    [InlineData("PUT", "/v1/kv/a", "two words")]
    [InlineData("PUT", "/v1/kv/a", "tab\there")]
    [InlineData("PUT", "/v1/kv/a", "\u00e9")]
    [InlineData("POST", "/v1/kv/a?op=increment", "two words")]
    [InlineData("DELETE", "/v1/kv/a", "two words")]
    [InlineData("DELETE", "/v1/kv?all=true", "two words")]
    [InlineData("POST", "/v1/batch", "two words")]
    [InlineData("POST", "/set", "two words")]
    public async Task A_key_that_is_not_visible_ascii_is_400_and_nothing_is_asked(string method, string target, string key)
    {
        string answer = await Host.SendRawAsync(
            $"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\nIdempotency-Key: {key}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Empty(Gate.Seen);
    }

    [Fact]
    public async Task Two_keys_are_400()
    {
        string answer = await Host.SendRawAsync(
            "DELETE /v1/kv/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Contains("Idempotency-Key comes once", answer);
        Assert.Empty(Gate.Seen);
    }

    [Fact]
    public async Task A_read_takes_no_notice_of_a_key()
    {
        Assert.Equal(404, (await Host.SendAsync("GET", "/v1/kv/a", Key)).Status);
        Assert.Equal("", Assert.Single(Gate.Seen).Token);
    }

    [Fact]
    public async Task A_set_over_several_partitions_gives_each_the_token_and_stores_in_the_others_when_it_is_sent_again()
    {
        int refusing = (int)Gate.PartitionOf(Gate.SlotOf(Bytes("key0"))).Value;
        byte[] body = Bytes($"[{string.Join(',', Enumerable.Range(0, 50).Select(i => Set[1..^1].Replace("\"a\"", $"\"key{i}\"")))}]");
        Gate.Fails = seen => seen.Partition == refusing ? new Fault(FaultCode.NoLeader, Outcome.NotApplied, "Why.") : null;
        Assert.Equal(206, (await Host.SendAsync("POST", "/set", body, Key)).Status);
        Gate.Fails = null;
        Answer again = await Host.SendAsync("POST", "/set", body, Key);

        Assert.Equal((200, """{"keys_added":50,"keys_failed":[]}"""), (again.Status, again.Text));
        Assert.All(Gate.Seen, seen => Assert.Equal("t-1", seen.Token));
        Assert.Equal(50, Gate.Partitions.Sum(partition => partition.Count));
    }

    [Fact]
    public async Task A_deletion_in_steps_gives_each_step_a_token_and_answers_the_same_when_it_is_sent_again()
    {
        Seed("a/", 10);
        Answer first = await Host.SendAsync("DELETE", "/v1/kv?prefix=a/", Key);
        Seed("a/", 10);
        Answer again = await Host.SendAsync("DELETE", "/v1/kv?prefix=a/", Key);

        Assert.Equal("""{"deleted":10}""", first.Text);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal(10, Gate.Partitions[0].Count);
        Assert.Equal(["t-1:1", "t-1:2", "t-1:3", "t-1:4", "t-1:1", "t-1:2", "t-1:3", "t-1:4"], Gate.Seen.Select(seen => seen.Token));
    }

    [Fact]
    public async Task A_deletion_that_broke_off_goes_on_when_it_is_sent_again_and_counts_all()
    {
        Seed("a/", 10);
        Gate.Fails = seen => seen.Token == "t-1:3" ? new Fault(FaultCode.NoLeader, Outcome.NotApplied, "Why.") : null;
        Assert.Equal(504, (await Host.SendAsync("DELETE", "/v1/kv?prefix=a/", Key)).Status);
        Assert.Equal(4, Gate.Partitions[0].Count);
        Gate.Fails = null;

        Assert.Equal("""{"deleted":10}""", (await Host.SendAsync("DELETE", "/v1/kv?prefix=a/", Key)).Text);
        Assert.Equal(0, Gate.Partitions[0].Count);
    }

    [Fact]
    public async Task A_deletion_under_a_key_of_another_is_422()
    {
        Seed("a/", 1);
        Seed("b/", 1);
        await Host.SendAsync("DELETE", "/v1/kv?prefix=a/", Key);

        Assert.Equal(422, (await Host.SendAsync("DELETE", "/v1/kv?prefix=b/", Key)).Status);
        Assert.Equal(1, Gate.Partitions[0].Count);
    }

    [Theory]
    [InlineData(244, 200)]
    [InlineData(245, 400)]
    public async Task The_key_of_a_deletion_leaves_room_for_the_numbers_of_its_steps(int length, int status) =>
        Assert.Equal(status, (await Host.SendAsync("DELETE", "/v1/kv?all=true", $"Idempotency-Key: {new string('k', length)}")).Status);

    private void Seed(string prefix, int count)
    {
        Gate.PartitionCount = 1;
        Gate.Partitions[0].PageItems = 3;
        for (int i = 0; i < count; i++)
        {
            Gate.Seed(Encoding.UTF8.GetBytes($"{prefix}{i}"), Bytes("v"));
        }
    }
}
