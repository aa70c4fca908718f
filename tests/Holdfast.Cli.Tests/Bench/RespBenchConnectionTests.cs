using System.Collections.Concurrent;
using System.Text;
using Holdfast.Api;
using Holdfast.Cli.Bench.Connections;
using Holdfast.Cli.Bench.Measuring;
using Holdfast.Cli.Bench.Pacing;
using Holdfast.Cli.Bench.Workload;
using Holdfast.Client;

namespace Holdfast.Cli.Tests.Bench;

public sealed class RespBenchConnectionTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PreciseClock _clock = new();

    public void Dispose() => _clock.Dispose();

    [Fact]
    public async Task Operations_are_commands_and_replies_are_results()
    {
        var commands = new ConcurrentQueue<string>();
        await using var server = new RespServer(command =>
        {
            commands.Enqueue(command);
            return command switch
            {
                "GET there" => "$2\r\nhi\r\n",
                "GET absent" => "$-1\r\n",
                "INCR text" => "-ERR value is not an integer or out of range\r\n",
                "INCR late" => "-UNKNOWN outcome unknown: no answer\r\n",
                _ => "+OK\r\n",
            };
        });
        await using RespBenchConnection connection = To(Patience, server.Endpoint);

        Assert.Equal(OperationResult.Done, await connection.ExecuteAsync(0, Of(OperationKind.Read, "there")));
        Assert.Equal(OperationResult.Miss, await connection.ExecuteAsync(0, Of(OperationKind.Read, "absent")));
        Assert.Equal(OperationResult.Done, await connection.ExecuteAsync(0, Of(OperationKind.Update, "a")));
        OperationResult refused = await connection.ExecuteAsync(0, Of(OperationKind.Increment, "text"));
        Assert.Equal(("ERR", Outcome.NotApplied), (refused.Code, refused.Outcome));
        OperationResult unknown = await connection.ExecuteAsync(0, Of(OperationKind.Increment, "late"));
        Assert.Equal(("UNKNOWN", Outcome.Unknown), (unknown.Code, unknown.Outcome));
        Assert.Equal(["GET there", "GET absent", "SET a v", "INCR text", "INCR late"], commands);
    }

    [Fact]
    public async Task Lanes_share_a_connection_and_each_gets_its_own_reply()
    {
        await using var server = new RespServer(command => command.EndsWith('0') ? "$-1\r\n" : "+OK\r\n");
        await using RespBenchConnection connection = To(Patience, server.Endpoint);

        OperationResult[][] results = await Task.WhenAll(Enumerable.Range(0, 16).Select(lane => Task.Run(async () =>
        {
            var own = new List<OperationResult>();
            for (int i = 0; i < 200; i++)
            {
                own.Add(await connection.ExecuteAsync(lane, Of(OperationKind.Read, $"key{i % 10}")));
            }

            return own.ToArray();
        })));

        Assert.Equal(1, server.Connections);
        Assert.All(results, own => Assert.All(own.Index(), each => Assert.Equal(each.Index % 10 == 0, each.Item.Missed)));
    }

    [Fact]
    public async Task A_lost_connection_is_an_unknown_write_and_a_read_not_done_and_the_next_operation_connects_anew()
    {
        await using var closing = new RespServer(_ => null);
        await using var serving = new RespServer(_ => "+OK\r\n");
        await using RespBenchConnection write = To(Patience, closing.Endpoint, serving.Endpoint);
        await using RespBenchConnection read = To(Patience, closing.Endpoint);

        OperationResult lost = await write.ExecuteAsync(0, Of(OperationKind.Update, "a"));
        Assert.Equal(("connection-lost", Outcome.Unknown), (lost.Code, lost.Outcome));
        Assert.Equal(OperationResult.Done, await write.ExecuteAsync(0, Of(OperationKind.Update, "a")));
        OperationResult unread = await read.ExecuteAsync(0, Of(OperationKind.Read, "a"));
        Assert.Equal(("connection-lost", Outcome.NotApplied), (unread.Code, unread.Outcome));
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_a_timeout()
    {
        await using var server = new RespServer(_ => string.Empty);
        await using RespBenchConnection connection = To(TimeSpan.FromMilliseconds(50), server.Endpoint);

        // On a busy machine connecting, too, may take longer than the timeout.
        OperationResult result;
        do
        {
            result = await connection.ExecuteAsync(0, Of(OperationKind.Update, "a"));
        }
        while (result.Code == OperationResult.Unreachable);

        Assert.Equal(("timeout", Outcome.Unknown), (result.Code, result.Outcome));
    }

    [Fact]
    public async Task A_server_of_another_protocol_and_no_server_at_all_are_failures()
    {
        Endpoint gone;
        await using (var server = new RespServer(_ => "HTTP/1.1 400 Bad Request\r\n\r\n"))
        {
            gone = server.Endpoint;
            await using RespBenchConnection connection = To(Patience, server.Endpoint);
            Assert.Equal("protocol-error", (await connection.ExecuteAsync(0, Of(OperationKind.Read, "a"))).Code);
        }

        await using RespBenchConnection nowhere = To(Patience, gone);
        OperationResult result = await nowhere.ExecuteAsync(0, Of(OperationKind.Update, "a"));
        Assert.Equal((OperationResult.Unreachable, Outcome.NotApplied), (result.Code, result.Outcome));
    }

    private RespBenchConnection To(TimeSpan timeout, params Endpoint[] endpoints) => new(endpoints, 16, _clock, timeout);

    private static BenchOperation Of(OperationKind kind, string key) =>
        new(kind, Encoding.UTF8.GetBytes(key), kind == OperationKind.Update ? "v"u8.ToArray() : default, 0);
}
