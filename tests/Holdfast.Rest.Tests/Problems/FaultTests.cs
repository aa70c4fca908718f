using Holdfast.Api;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Problems;

public sealed class FaultTests : HostedTest
{
    public static TheoryData<FaultCode, int> Statuses => new()
    {
        { FaultCode.BadRequest, 400 },
        { FaultCode.InvalidKey, 400 },
        { FaultCode.KeyTooLarge, 400 },
        { FaultCode.ValueTooLarge, 413 },
        { FaultCode.NotAnInteger, 409 },
        { FaultCode.Overflow, 409 },
        { FaultCode.ConditionFailed, 412 },
        { FaultCode.CrossSlot, 409 },
        { FaultCode.Overloaded, 503 },
        { FaultCode.NoLeader, 503 },
        { FaultCode.Starting, 503 },
        { FaultCode.Stopping, 503 },
        { FaultCode.Timeout, 504 },
        { FaultCode.DiskFull, 507 },
        { FaultCode.MemoryFull, 507 },
        { FaultCode.Unsupported, 501 },
        { FaultCode.NotFound, 404 },
        { FaultCode.IdempotencyMismatch, 422 },
        { FaultCode.SessionExpired, 409 },
    };

    [Fact]
    public void Every_fault_has_a_row_here() =>
        Assert.Equal(Enum.GetValues<FaultCode>().Except([FaultCode.None]), Statuses.Select(row => (FaultCode)row[0]));

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task A_fault_has_its_status_and_name(FaultCode code, int status)
    {
        Gate.Fails = _ => new Fault(code, Outcome.NotApplied, "Why.");
        Answer read = await Host.SendAsync("GET", "/v1/kv/a");
        Answer write = await Host.PutAsync("/v1/kv/a", "1");

        Assert.Equal((status, status), (read.Status, write.Status));
        Assert.Contains($"\"type\":\"urn:holdfast:{code.Name()}\"", write.Text);
        Assert.Contains($"\"status\":{status},\"detail\":\"Why.\",\"code\":\"{code.Name()}\",\"outcome\":\"not-applied\"", write.Text);
        Assert.DoesNotContain("outcome", read.Text);
        Assert.Equal(status == 503 ? "1" : null, write.Header("Retry-After"));
        Assert.Equal("application/problem+json", write.ContentType);
        Assert.Equal("nosniff", write.Header("X-Content-Type-Options"));
    }

    [Theory]
    [InlineData("PUT", "/v1/kv/a")]
    [InlineData("POST", "/v1/kv/a?op=append")]
    [InlineData("POST", "/v1/kv/a?op=increment")]
    [InlineData("DELETE", "/v1/kv/a")]
    [InlineData("POST", "/put?key=a&value=1")]
    [InlineData("POST", "/append?key=a&value=1")]
    [InlineData("DELETE", "/v1/kv?all=true")]
    public async Task A_write_that_timed_out_may_have_happened(string method, string target)
    {
        Gate.Fails = _ => new Fault(FaultCode.Timeout, Outcome.Unknown, "The deadline passed.");
        Answer answer = await Host.SendAsync(method, target);

        Assert.Equal(504, answer.Status);
        Assert.Contains("\"code\":\"timeout\",\"outcome\":\"unknown\"", answer.Text);
    }

    [Theory]
    [InlineData(1, "1")]
    [InlineData(1000, "1")]
    [InlineData(1001, "2")]
    [InlineData(uint.MaxValue, "4294968")]
    public async Task Retry_after_is_in_whole_seconds_and_never_too_early(uint milliseconds, string seconds)
    {
        Gate.Fails = _ => new Fault(FaultCode.NoLeader, Outcome.NotApplied, "Why.", default, milliseconds);

        Assert.Equal(seconds, (await Host.SendAsync("GET", "/v1/kv/a")).Header("Retry-After"));
    }
}
