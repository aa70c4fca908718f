using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Api;
using Holdfast.Cli.Tests.Support;
using Holdfast.Client;
using Holdfast.Primitives;
using Holdfast.Server;

namespace Holdfast.Cli.Tests.Servers;

/// <summary>The client's batches as a node carries them out.</summary>
public sealed class ServedBatchTests : IAsyncLifetime, IDisposable
{
    private static readonly WriteOptions Once = new() { ExactlyOnce = true };

    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _stop = new();
    private Task<int> _node = Task.FromResult(0);
    private HoldfastClient? _client;

    private HoldfastClient Client => _client!;

    public Task InitializeAsync()
    {
        int port = FreePort();
        _node = ServerProgram.RunAsync(
            new ServerOptions { Port = port, RespClusterPort = 0, Data = _directory.PathOf("data"), Replicas = 1 }, _stop.Token);
        _client = new HoldfastClient(new HoldfastClientOptions
        {
            Endpoints = [new Endpoint("127.0.0.1", port)],
            Timeout = TimeSpan.FromSeconds(60),
        });
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await Client.DisposeAsync();
        await _stop.CancelAsync();
        Assert.Equal(0, await _node);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_batch_is_one_change_and_each_operation_sees_those_before_it()
    {
        Revision name = (await Client.PutAsync("{u}name"u8.ToArray(), "Ada"u8.ToArray())).Revision;

        BatchResult done = await Client.BatchAsync(
            new Batch().Check("{u}name"u8, name)
                .Check("{u}none"u8, Revision.None)
                .Put("{u}name"u8, "Eve"u8, ifRevision: name, timeToLive: TimeSpan.FromHours(1))
                .Get("{u}name"u8)
                .Append("{u}log"u8, "abc"u8)
                .Increment("{u}count"u8, 5)
                .Delete("{u}log"u8)
                .Delete("{u}none"u8)
                .Get("{u}log"u8),
            Once);

        IReadOnlyList<BatchOperationResult> results = done.Results;
        Assert.Equal((name, true), (results[0].Revision, results[0].Found));
        Assert.Equal((Revision.None, false), (results[1].Revision, results[1].Found));
        Assert.Equal((true, false), (results[2].Found, results[2].Created));
        Assert.Equal(("Eve", results[2].Revision), (Encoding.UTF8.GetString(results[3].Value!), results[3].Revision));
        Assert.InRange(results[3].TimeToLive!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Assert.Equal((true, 3L), (results[4].Created, results[4].Length));
        Assert.Equal((true, 5L), (results[5].Created, results[5].Number));
        Assert.Equal([true, false], results.Skip(6).Take(2).Select(result => result.Found));
        Assert.Equal((null, Revision.None), (results[8].Value, results[8].Revision));
        Assert.Equal(results[6].Revision, done.Revision);
        Assert.Equal("Eve"u8.ToArray(), (await Client.GetAsync("{u}name"u8.ToArray()))!.Value);
    }

    [Fact]
    public async Task When_one_operation_fails_none_is_done()
    {
        Revision name = (await Client.PutAsync("{u}name"u8.ToArray(), "Ada"u8.ToArray())).Revision;

        HoldfastException stale = await Assert.ThrowsAsync<HoldfastException>(() => Client.BatchAsync(
            new Batch().Put("{u}a"u8, "1"u8).Check("{u}name"u8, new Revision(name.Value + 1)), Once));
        Assert.Equal((FaultCode.ConditionFailed, Outcome.NotApplied, 1, name), (stale.Code, stale.Outcome, stale.BatchIndex, stale.Fault.Revision));
        HoldfastException text = await Assert.ThrowsAsync<HoldfastException>(() => Client.BatchAsync(
            new Batch().Put("{u}a"u8, "1"u8).Delete("{u}name"u8).Put("{u}name"u8, "x"u8).Increment("{u}name"u8)));
        Assert.Equal((FaultCode.NotAnInteger, 3), (text.Code, text.BatchIndex));
        HoldfastException apart = await Assert.ThrowsAsync<HoldfastException>(() => Client.BatchAsync(new Batch().Put("a"u8, "1"u8).Put("b"u8, "1"u8)));
        Assert.Equal(FaultCode.CrossSlot, apart.Code);

        Assert.Null(await Client.GetAsync("{u}a"u8.ToArray()));
        Assert.Equal(name, (await Client.GetAsync("{u}name"u8.ToArray()))!.Revision);
        Assert.Equal(1, await Client.CountAsync());
    }

    /// <summary>Below those that the system gives out by itself, so that nobody gets it before the node does.</summary>
    private static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(11_000, 30_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another one, then.
            }
        }
    }
}
