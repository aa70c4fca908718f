using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Calls;

/// <summary>Of a call with several mistakes the same one is told each time, and nothing is asked of the store.</summary>
public sealed class RefusalOrderTests : HostedTest
{
    private const string Parameter = "The parameter 'x' is not one of";
    private const string ManyKeys = "takes neither If-Match nor If-None-Match";
    private const string OneKey = "If-Match is * or one revision in quotes";
    private const string Consistency = "'consistency' is 'linearizable' or 'stale'";
    private const string Timeout = "Holdfast-Timeout is a positive integer";
    private const string Idempotency = "Idempotency-Key comes once";

    [Theory]
    [InlineData("POST", "/v1/batch?", Parameter, ManyKeys, Timeout, Idempotency, "The body is not JSON")]
    [InlineData("POST", "/set?", Parameter, ManyKeys, Timeout, Idempotency, "The body is not JSON")]
    [InlineData("DELETE", "/v1/kv?prefix=a", Parameter, OneKey, Timeout, Idempotency)]
    [InlineData("PUT", "/v1/kv/?", Parameter, "invalid-key", OneKey, Timeout, Idempotency, "'ttl' is")]
    [InlineData("POST", "/fetch?", Parameter, Consistency, Timeout, "The body is not JSON")]
    [InlineData("GET", "/v1/kv/?", Parameter, "invalid-key", Consistency, Timeout)]
    [InlineData("GET", "/v1/kv?", Parameter, "'limit' is", Consistency, Timeout)]
    public async Task The_first_mistake_is_told(string method, string target, params string[] expected)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            // All mistakes but those that were told already.
            string[] left = expected[i..];
            Answer answer = await Host.SendAsync(method, TargetOf(target, left), Bytes("not JSON"), HeadersOf(left));
            Assert.Equal(400, answer.Status);
            Assert.Contains(expected[i], answer.Text, StringComparison.Ordinal);
        }

        Assert.Empty(Gate.Seen);
    }

    private static string TargetOf(string target, string[] mistakes)
    {
        string path = mistakes.Contains("invalid-key") ? target : target.Replace("/?", "/a?", StringComparison.Ordinal);
        return path
            + (mistakes.Contains(Parameter) ? "&x=1" : "")
            + (mistakes.Contains(Consistency) ? "&consistency=x" : "")
            + (mistakes.Contains("'limit' is") ? "&limit=x" : "")
            + (mistakes.Contains("'ttl' is") ? "&ttl=x" : "");
    }

    private static string[] HeadersOf(string[] mistakes) =>
    [
        .. mistakes.Contains(ManyKeys) || mistakes.Contains(OneKey) ? ["If-Match: 5"] : Array.Empty<string>(),
        .. mistakes.Contains(Timeout) ? ["Holdfast-Timeout: soon"] : Array.Empty<string>(),
        .. mistakes.Contains(Idempotency) ? ["Idempotency-Key: \u007f"] : Array.Empty<string>(),
    ];
}
