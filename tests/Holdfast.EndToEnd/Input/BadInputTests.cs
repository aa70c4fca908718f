using System.Net;
using System.Security.Cryptography;
using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.Input;

/// <summary>Whatever comes in, the node goes on, says what is wrong or closes, and no other client notices.</summary>
[Collection(SteadyCluster.Name)]
public sealed class BadInputTests(SteadyCluster steady)
{
    private const int MaxKeyBytes = 4096;
    private const int MaxValueBytes = 16 * 1024 * 1024;
    private const int Connections = 100;

    private Cluster Cluster => steady.Nodes;

    public static TheoryData<string, string> Malformed() => new()
    {
        { "an array of impossible length", "*99999999999999999999\r\n" },
        { "an array of negative length", "*-7\r\n" },
        { "an array that is no number", "*x\r\n" },
        { "a bulk of impossible length", "*2\r\n$3\r\nGET\r\n$99999999999999999999\r\n" },
        { "a bulk of negative length", "*2\r\n$3\r\nGET\r\n$-7\r\n" },
        { "an integer in place of a bulk", "*1\r\n:1\r\n" },
        { "an inline command with an open quote", "SET \"key value\r\n" },
        { "an HTTP method that is none", "B@D / HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "an HTTP header without a colon", "GET / HTTP/1.1\r\nHost localhost\r\n\r\n" },
        { "an HTTP body with two lengths", "PUT /v1/kv/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab" },
        { "an HTTP body of negative length", "PUT /v1/kv/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n" },
        { "an HTTP chunk that is none", "PUT /v1/kv/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" },
        { "HTTP/2 without its frames", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense that is no frame at all" },
        { "a TLS hello", "\u0016\u0003\u0001\u0000\u00a5\u0001\u0000\u0000\u00a1\u0003\u0003" + new string('\u0001', 160) },
        { "the magic of peers and then nothing of theirs", "HFP1" + new string('\u00ff', 500) },
        { "a request line without end", "GET /" + new string('a', 100_000) },
        { "an inline command without end", new string('a', 100_000) },
        { "zeros", new string('\0', 1000) },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task What_is_malformed_gets_an_error_or_a_closed_connection(string what, string bytes)
    {
        using (RawConnection connection = await RawConnection.OpenAsync(Cluster.PortOf(0)))
        {
            await connection.SendAsync(bytes);
            connection.EndOutput();
            string answer = await connection.ReadToEndAsync();
            Assert.True(
                answer.Length == 0
                    || answer.StartsWith("-ERR", StringComparison.Ordinal)
                    || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal),
                $"{what}: {answer}");
        }

        await ServesAsync();
    }

    [Fact]
    public async Task Random_bytes_on_many_connections_leave_the_node_as_it_was()
    {
        using NodeClientLoop others = new(Cluster.Clients[0]);
        for (int i = 0; i < Connections; i++)
        {
            using RawConnection connection = await RawConnection.OpenAsync(Cluster.PortOf(0));
            byte[] bytes = RandomNumberGenerator.GetBytes(1 + (i * 37));
            if (i % 4 == 0)
            {
                "HFP1"u8.CopyTo(bytes.Length < 4 ? bytes = new byte[4] : bytes);
            }

            await connection.SendAsync(bytes);
            connection.EndOutput();
            await connection.ReadToEndAsync();
        }

        Assert.NotEqual(0, await others.StopAsync());
        await ServesAsync();
    }

    [Fact]
    public async Task Keys_and_values_that_are_too_long_are_refused_by_name_and_not_applied()
    {
        NodeClient client = Cluster.Clients[1];
        using HttpResponseMessage fits = await client.PutAsync(new string('k', MaxKeyBytes), "value");
        Assert.Equal(HttpStatusCode.Created, fits.StatusCode);
        using HttpResponseMessage longKey = await client.PutAsync(new string('k', MaxKeyBytes + 1), "value");
        Assert.Equal(HttpStatusCode.BadRequest, longKey.StatusCode);
        Assert.Equal(("key-too-large", "not-applied"), await longKey.FaultAsync());
        using HttpResponseMessage empty = await client.PutAsync(string.Empty, "value");
        Assert.Equal(("invalid-key", "not-applied"), await empty.FaultAsync());
        using HttpResponseMessage longValue = await client.PutAsync("long", new byte[MaxValueBytes + 1]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, longValue.StatusCode);
        Assert.Equal(("value-too-large", "not-applied"), await longValue.FaultAsync());
        Assert.Null(await client.GetAsync("long"));
        await ServesAsync();
    }

    [Fact]
    public async Task A_key_that_is_too_long_for_RESP_is_an_error_and_the_connection_goes_on()
    {
        using RawConnection connection = await RawConnection.OpenAsync(Cluster.PortOf(2));
        await connection.SendAsync($"*3\r\n$3\r\nSET\r\n${MaxKeyBytes + 1}\r\n{new string('k', MaxKeyBytes + 1)}\r\n$1\r\nv\r\nPING\r\n");
        string answer = await connection.ReadUntilAsync("+PONG\r\n");
        Assert.StartsWith("-ERR", answer, StringComparison.Ordinal);
        Assert.EndsWith("+PONG\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT /v1/kv/half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf")]
    [InlineData("*3\r\n$3\r\nSET\r\n$4\r\nhalf\r\n$10\r\nhalf")]
    public async Task Half_a_request_changes_nothing(string half)
    {
        using (RawConnection connection = await RawConnection.OpenAsync(Cluster.PortOf(0)))
        {
            await connection.SendAsync(half);
            connection.EndOutput();
            await connection.ReadToEndAsync();
        }

        Assert.Null(await Cluster.Clients[0].GetAsync("half"));
        await ServesAsync();
    }

    [Fact]
    public async Task Connections_that_promise_much_and_send_little_cost_little_and_slow_nobody()
    {
        NodeProcess node = Cluster[0];
        long before = node.ResidentBytes;
        RawConnection[] slow = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => RawConnection.OpenAsync(Cluster.PortOf(0))));
        for (int i = 0; i < slow.Length; i++)
        {
            Assert.True(await slow[i].SendAsync((i % 3) switch
            {
                0 => $"*3\r\n$3\r\nSET\r\n$4\r\nslow\r\n${MaxValueBytes}\r\nv",
                1 => $"PUT /v1/kv/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: {MaxValueBytes}\r\n\r\nv",
                _ => "G",
            }));
        }

        using (NodeClientLoop others = new(Cluster.Clients[0]))
        {
            await others.ReachAsync(200);
            Assert.NotEqual(0, await others.StopAsync());
        }

        Assert.InRange(node.ResidentBytes - before, long.MinValue, Connections * (long)MaxValueBytes / 10);
        Array.ForEach(slow, connection => connection.Dispose());
        await ServesAsync();
    }

    /// <summary>The node serves, and nothing of it failed on the way.</summary>
    private async Task ServesAsync()
    {
        using RawConnection connection = await RawConnection.OpenAsync(Cluster.PortOf(0));
        await connection.SendAsync("PING\r\n");
        Assert.Equal("+PONG\r\n", await connection.ReadUntilAsync("\n"));
        string value = Guid.NewGuid().ToString();
        using HttpResponseMessage put = await Cluster.Clients[0].PutAsync("still here", value);
        put.EnsureSuccessStatusCode();
        Assert.Equal(value, await Cluster.Clients[1].GetAsync("still here"));
        Assert.All(Cluster.Ids, id => Assert.DoesNotContain("handling it failed", Cluster[id].Log, StringComparison.Ordinal));
    }
}
