using System.Text;
using Holdfast.Api;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Target;

public sealed class KeyTests : HostedTest
{
    [Theory]
    [InlineData("/v1/kv/users/42/name", "users/42/name")]
    [InlineData("/v1/kv/users%2F42", "users/42")]
    [InlineData("/v1/kv//a//", "/a//")]
    [InlineData("/v1/kv/a+b", "a+b")]
    [InlineData("/v1/kv/a%20b%2bc", "a b+c")]
    [InlineData("/v1/kv/a%25b", "a%b")]
    [InlineData("/v1/kv/...", "...")]
    [InlineData("/v1/kv/.a/a./..a", ".a/a./..a")]
    [InlineData("/v1/kv/a%3Fb?", "a?b")]
    [InlineData("/v1/kv/%7Btag%7D:{x}", "{tag}:{x}")]
    [InlineData("/v1/kv/a\\b", "a\\b")]
    [InlineData("/v1/kv?key=a/b?c=d", "a/b?c=d")]
    [InlineData("/v1/kv?key=a+b%26c%3D", "a+b&c=")]
    [InlineData("/v1/kv?key=../..", "../..")]
    [InlineData("/v1/kv?key=a%00b", "a\0b")]
    [InlineData("/v1/kv?&key=a&", "a")]
    public async Task A_target_names_exactly_this_key(string target, string key)
    {
        Assert.Equal(404, (await Host.SendAsync("GET", target)).Status);

        Assert.Equal(key, Encoding.Latin1.GetString(Gate.Seen.Single().Key));
    }

    [Fact]
    public async Task A_key_may_hold_every_byte()
    {
        byte[] key = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        string encoded = string.Concat(key.Select(b => $"%{b:x2}"));
        Assert.Equal(201, (await Host.PutAsync($"/v1/kv?key={encoded}", "1")).Status);
        Assert.Equal(201, (await Host.PutAsync($"/v1/kv/{encoded[3..]}", "1")).Status);

        Assert.Equal(key, Gate.Seen.First().Key);
        Assert.Equal(key[1..], Gate.Seen.Last().Key);
    }

    [Theory]
    [InlineData("/v1/kv/")]
    [InlineData("/v1/kv?key=")]
    [InlineData("/v1/kv?key")]
    [InlineData("/v1/kv/.")]
    [InlineData("/v1/kv/..")]
    [InlineData("/v1/kv/../cluster")]
    [InlineData("/v1/kv/a/../b")]
    [InlineData("/v1/kv/a/./b")]
    [InlineData("/v1/kv/a/..")]
    [InlineData("/v1/kv/a/%2e%2E/b")]
    [InlineData("/v1/kv/a%2F..%2Fb")]
    [InlineData("/v1/kv/a%zzb")]
    [InlineData("/v1/kv/a%4")]
    [InlineData("/v1/kv/a%")]
    public async Task A_target_that_could_mean_another_key_is_invalid(string target)
    {
        Answer read = await Host.SendAsync("GET", target);
        Answer write = await Host.PutAsync(target, "1");

        Assert.Equal((400, 400), (read.Status, write.Status));
        Assert.Contains("\"code\":\"invalid-key\"}", read.Text);
        Assert.Contains("\"code\":\"invalid-key\",\"outcome\":\"not-applied\"", write.Text);
        Assert.Empty(Gate.Seen);
    }

    [Fact]
    public async Task A_zero_byte_in_a_path_is_400()
    {
        // Kestrel itself refuses it, so there is no problem document.
        Assert.Equal(400, (await Host.SendAsync("GET", "/v1/kv/a%00b")).Status);
        Assert.Empty(Gate.Seen);
    }

    [Theory]
    [InlineData("/v1/kv/")]
    [InlineData("/v1/kv?key=")]
    public async Task A_key_has_at_most_4096_bytes(string target)
    {
        Assert.Equal(201, (await Host.PutAsync(target + new string('k', Limits.MaxKeyBytes), "1")).Status);
        Answer answer = await Host.PutAsync(target + new string('k', Limits.MaxKeyBytes + 1), "1");
        Assert.Equal(400, answer.Status);
        Assert.Contains("\"code\":\"key-too-large\"", answer.Text);
    }

    [Fact]
    public async Task A_target_in_absolute_form_names_the_same_key()
    {
        string answer = await Host.SendRawAsync(
            $"GET http://localhost:{Host.Port}/v1/kv/a/b HTTP/1.1\r\nHost: localhost:{Host.Port}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 404 ", answer);
        Assert.Equal(Bytes("a/b"), Gate.Seen.Single().Key);
    }
}
