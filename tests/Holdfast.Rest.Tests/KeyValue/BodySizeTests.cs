using System.Net.Sockets;
using System.Text;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.KeyValue;

public sealed class BodySizeTests : HostedTest
{
    [Fact]
    public async Task A_body_of_the_limit_is_stored_and_one_byte_more_is_413()
    {
        Gate.MaxValueBytes = 5000;

        Assert.Equal(201, (await Host.SendAsync("PUT", "/v1/kv/a", new byte[5000])).Status);
        Answer answer = await Host.SendAsync("PUT", "/v1/kv/a", new byte[5001]);
        Assert.Equal(413, answer.Status);
        Assert.Contains("\"code\":\"value-too-large\",\"outcome\":\"not-applied\"", answer.Text);
        Assert.Equal(5000, Gate.Seen.Single().ValueLength);
    }

    [Fact]
    public async Task A_body_above_the_servers_own_limit_is_stored_when_the_clusters_allows_it()
    {
        const int Length = 31_000_000;
        Gate.MaxValueBytes = Length;

        Assert.Equal(201, (await Host.SendAsync("PUT", "/v1/kv/a", new byte[Length])).Status);
        Assert.Equal(Length, (await Host.SendAsync("GET", "/v1/kv/a")).Body.Length);
    }

    [Fact]
    public async Task An_oversized_body_is_refused_from_its_length_before_any_of_it_is_sent()
    {
        using TcpClient client = await Host.ConnectAsync();
        await client.GetStream().WriteAsync("PUT /v1/kv/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);

        Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync());
    }

    [Theory]
    [InlineData(9_999, 201)]
    [InlineData(10_000, 201)]
    [InlineData(10_001, 413)]
    [InlineData(300_000, 413)]
    public async Task A_body_without_a_length_is_counted_as_it_comes(int length, int status)
    {
        Gate.MaxValueBytes = 10_000;
        string chunks = string.Concat(new string('x', length).Chunk(998).Select(chunk => $"{chunk.Length:X}\r\n{new string(chunk)}\r\n"));

        string answer = await Host.SendRawAsync(
            $"PUT /v1/kv/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.Equal(status == 201 ? length : 0, Gate.Seen.Sum(request => request.ValueLength));
    }

    [Fact]
    public async Task A_malformed_chunk_is_400_and_nothing_is_stored()
    {
        string answer = await Host.SendRawAsync(
            "PUT /v1/kv/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Contains("\"code\":\"bad-request\",\"outcome\":\"not-applied\"", answer);
        Assert.Empty(Gate.Seen);
    }

    [Fact]
    public async Task A_client_that_leaves_amid_its_body_stores_nothing_and_others_go_on()
    {
        using (TcpClient client = await Host.ConnectAsync())
        {
            await client.GetStream().WriteAsync("PUT /v1/kv/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf"u8.ToArray());
        }

        Assert.Equal(404, (await Host.SendAsync("GET", "/v1/kv/a")).Status);
        Assert.DoesNotContain(Gate.Seen, request => request.Operation == Api.Operation.Put);
    }
}
