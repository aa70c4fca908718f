using System.Text;
using Holdfast.Api;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Batches;

public sealed class BatchBodyTests : HostedTest
{
    [Theory]
    [InlineData("", "$")]
    [InlineData("null", "")]
    [InlineData("[]", "$")]
    [InlineData("{}", "$")]
    [InlineData("{\"ops\":[]}", "ops")]
    [InlineData("{\"ops\":null}", "$.ops")]
    [InlineData("{\"ops\":{}}", "$.ops")]
    [InlineData("{\"ops\":[null]}", "$.ops[0]")]
    [InlineData("{\"ops\":[1]}", "$.ops[0]")]
    [InlineData("{\"ops\":[{}]}", "$.ops[0]")]
    [InlineData("{\"ops\":[{\"op\":\"get\",\"key\":\"a\"}],\"x\":1}", "$.x")]
    [InlineData("{\"ops\":[{\"op\":\"get\",\"key\":\"a\"}]} x", "$")]
    [InlineData("{\"ops\":[{\"op\":\"get\",\"key\":\"a\"}", "$")]
    [InlineData("{\"ops\":[{\"op\":\"get\",\"key\":\"a\"},]}", "$.ops[1]")]
    public async Task A_body_that_is_no_batch_is_400_and_says_where(string body, string place)
    {
        Answer answer = await Host.SendAsync("POST", "/v1/batch", Bytes(body));

        Assert.Equal(400, answer.Status);
        Assert.Contains("\"code\":\"bad-request\",\"outcome\":\"not-applied\"", answer.Text);
        Assert.Contains(place, answer.Text);
        Assert.DoesNotContain("Holdfast.Rest", answer.Text);
        Assert.DoesNotContain("System.", answer.Text);
        Assert.Empty(Gate.Seen);
    }

    [Theory]
    [InlineData("""{"op":"get"}""")]
    [InlineData("""{"key":"a"}""")]
    [InlineData("""{"op":"get","key":null}""")]
    [InlineData("""{"op":"get","key":7}""")]
    [InlineData("""{"op":"get","key":"\ud800"}""")]
    [InlineData("""{"op":"get","op":"get","key":"a"}""")]
    [InlineData("""{"op":"get","key":"a","kee":"b"}""")]
    [InlineData("""{"op":"put","key":"a","value":null}""")]
    [InlineData("""{"op":"put","key":"a","value":1}""")]
    [InlineData("""{"op":"put","key":"a","value":"1","if_revision":null}""")]
    [InlineData("""{"op":"put","key":"a","value":"1","if_revision":-1}""")]
    [InlineData("""{"op":"put","key":"a","value":"1","if_revision":"5"}""")]
    [InlineData("""{"op":"put","key":"a","value":"1","if_revision":9007199254740992}""")]
    [InlineData("""{"op":"put","key":"a","value":"1","if_absent":1}""")]
    [InlineData("""{"op":"increment","key":"a","by":1.5}""")]
    [InlineData("""{"op":"increment","key":"a","by":9223372036854775808}""")]
    [InlineData("""{"op":"check","key":"a","revision":null}""")]
    public async Task An_operation_that_can_not_be_read_is_400_and_says_where(string operation)
    {
        Answer answer = await SendAsync(operation);

        Assert.Equal(400, answer.Status);
        Assert.Contains("\"code\":\"bad-request\",\"outcome\":\"not-applied\"", answer.Text);
        Assert.Contains("$.ops[1]", answer.Text);
        Assert.Contains(", line 2, byte ", answer.Text);
        Assert.Empty(Gate.Seen);
    }

    [Theory]
    [InlineData("""{"op":"prepend","key":"a"}""", "'op' is one of put, append, increment, delete, get, check.")]
    [InlineData("""{"op":null,"key":"a"}""", "'op' is one of")]
    [InlineData("""{"op":"put","key":"a"}""", "'put' needs 'value'.")]
    [InlineData("""{"op":"append","key":"a"}""", "'append' needs 'value'.")]
    [InlineData("""{"op":"check","key":"a"}""", "'check' needs 'revision'.")]
    [InlineData("""{"op":"get","key":"a","value":"1"}""", "'get' does not take 'value'.")]
    [InlineData("""{"op":"get","key":"a","encoding":"utf8"}""", "'get' does not take 'encoding'.")]
    [InlineData("""{"op":"append","key":"a","value":"1","ttl":"1s"}""", "'append' does not take 'ttl'.")]
    [InlineData("""{"op":"append","key":"a","value":"1","if_absent":true}""", "'append' does not take 'if_absent'.")]
    [InlineData("""{"op":"increment","key":"a","if_revision":1}""", "'increment' does not take 'if_revision'.")]
    [InlineData("""{"op":"delete","key":"a","by":1}""", "'delete' does not take 'by'.")]
    [InlineData("""{"op":"put","key":"a","value":"1","revision":1}""", "'put' does not take 'revision'.")]
    [InlineData("""{"op":"delete","key":"a","if_revision":0}""", "'if_revision' of 'delete' is above 0")]
    [InlineData("""{"op":"put","key":"a","value":"1","if_revision":1,"if_absent":true}""", "not both.")]
    [InlineData("""{"op":"put","key":"a","value":"1","encoding":"hex"}""", "'encoding' is")]
    [InlineData("""{"op":"put","key":"a","value":"1","encoding":"base64"}""", "'encoding' is")]
    [InlineData("""{"op":"get","key":"a","key_encoding":"base64"}""", "'key_encoding' is")]
    [InlineData("""{"op":"get","key":"a","key_encoding":"hex"}""", "'key_encoding' is")]
    public async Task An_operation_that_makes_no_sense_is_400_and_says_why(string operation, string reason)
    {
        Answer answer = await SendAsync(operation);

        Assert.Equal(400, answer.Status);
        Assert.Contains("\"detail\":\"ops[1]: ", answer.Text);
        Assert.Contains(reason, answer.Text);
        Assert.EndsWith("\"code\":\"bad-request\",\"outcome\":\"not-applied\",\"index\":1}", answer.Text);
        Assert.Empty(Gate.Seen);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("3153600000001")]
    [InlineData("\"30\"")]
    [InlineData("\"\"")]
    [InlineData("\"-1s\"")]
    [InlineData("\"111111111111111111111111111111111111s\"")]
    [InlineData("true")]
    [InlineData("{\"s\":1}")]
    [InlineData("[1]")]
    public async Task A_malformed_time_to_live_is_400(string text)
    {
        Answer answer = await SendAsync($$"""{"op":"put","key":"a","value":"1","ttl":{{text}}}""");

        Assert.Equal(400, answer.Status);
        Assert.EndsWith("\"code\":\"invalid-ttl\",\"outcome\":\"not-applied\",\"index\":1}", answer.Text);
        Assert.Empty(Gate.Seen);
    }

    [Fact]
    public async Task Keys_have_the_lengths_that_keys_have()
    {
        Answer empty = await SendAsync("""{"op":"get","key":""}""");
        Answer tooLong = await SendAsync($$"""{"op":"get","key":"{{new string('k', 4097)}}"}""");

        Assert.Equal((400, 400), (empty.Status, tooLong.Status));
        Assert.Contains("\"code\":\"invalid-key\"", empty.Text);
        Assert.Contains("\"code\":\"key-too-large\"", tooLong.Text);
    }

    [Fact]
    public async Task A_value_above_the_limit_is_413_and_names_its_operation()
    {
        Gate.MaxValueBytes = 10;
        Answer answer = await SendAsync("""{"op":"append","key":"a","value":"12345678901"}""");

        Assert.Equal(413, answer.Status);
        Assert.EndsWith("\"code\":\"value-too-large\",\"outcome\":\"not-applied\",\"index\":1}", answer.Text);
    }

    [Fact]
    public async Task A_batch_has_ten_thousand_operations_and_no_more()
    {
        Answer most = await Host.SendAsync("POST", "/v1/batch", Batch(Limits.MaxBatchOperations));
        Answer more = await Host.SendAsync("POST", "/v1/batch", Batch(Limits.MaxBatchOperations + 1));

        Assert.Equal((200, 400), (most.Status, more.Status));
        Assert.Contains("There are more than 10000 items.", more.Text);
        Assert.Single(Gate.Seen);
    }

    [Fact]
    public async Task A_batch_above_its_bytes_is_413()
    {
        Gate.MaxValueBytes = Limits.DefaultMaxValueBytes;
        string half = new('v', (Limits.MaxBatchBytes / 2) - 40);
        Answer answer = await Host.SendAsync(
            "POST", "/v1/batch", Bytes($$"""{"ops":[{"op":"put","key":"a","value":"{{half}}"},{"op":"put","key":"a","value":"{{half}}"}]}"""));

        Assert.Equal(413, answer.Status);
        Assert.EndsWith("\"code\":\"value-too-large\",\"outcome\":\"not-applied\",\"index\":1}", answer.Text);
        Assert.Empty(Gate.Seen);
    }

    [Fact]
    public async Task A_body_above_the_limit_is_413_before_it_is_sent()
    {
        string answer = await Host.SendRawAsync(
            $"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {(2 * Limits.MaxBatchBytes) + 1}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", answer);
        Assert.Contains("The body has at most 50331648 bytes.", answer);
    }

    [Theory]
    [InlineData("/v1/batch?x=1", "X-None: 1")]
    [InlineData("/v1/batch", "If-Match: *")]
    [InlineData("/v1/batch", "If-None-Match: *")]
    [InlineData("/v1/batch", "Holdfast-Timeout: soon")]
    public async Task A_batch_takes_neither_parameters_nor_conditions_in_headers(string target, string header) =>
        Assert.Equal(400, (await Host.SendAsync("POST", target, Bytes("""{"ops":[{"op":"get","key":"a"}]}"""), header)).Status);

    private static byte[] Batch(int operations) =>
        Encoding.UTF8.GetBytes("{\"ops\":[" + string.Join(',', Enumerable.Repeat("""{"op":"get","key":"a"}""", operations)) + "]}");

    private Task<Answer> SendAsync(string operation) =>
        Host.SendAsync("POST", "/v1/batch", Bytes("{\"ops\":[{\"op\":\"get\",\"key\":\"a\"},\n" + operation + "]}"));
}
