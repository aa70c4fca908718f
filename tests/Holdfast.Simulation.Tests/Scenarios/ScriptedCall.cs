using Holdfast.Api;

namespace Holdfast.Simulation.Tests;

/// <summary>One operation of a client of its own, sent to one node and no other.</summary>
internal sealed class ScriptedCall : IClient
{
    private const uint TimeoutMs = 2000;
    private const long LatencyMicros = 50;

    private readonly World _world;
    private readonly History _history;
    private readonly ClientOperation _asked;

    private ScriptedCall(World world, History history, ClientOperation asked) => (_world, _history, _asked) = (world, history, asked);

    /// <summary>What came of it; null while the node has not answered.</summary>
    public ClientOperation? Answer { get; private set; }

    int IClient.Number => 0;

    public static ScriptedCall Put(World world, History history, SimHost at, string key, string value) =>
        Send(world, history, at, new ClientOperation { Invoked = 0, Operation = Operation.Put, Key = key, Value = value });

    public static ScriptedCall Put(World world, History history, SimHost at, string key, Expiry expiry) =>
        Send(world, history, at, new ClientOperation { Invoked = 0, Operation = Operation.Put, Key = key, Value = key, Expiry = expiry });

    public static ScriptedCall Get(World world, History history, SimHost at, string key) =>
        Send(world, history, at, new ClientOperation { Invoked = 0, Operation = Operation.Get, Key = key });

    void IClient.Answered(SimHost host, ClientAnswer answer, uint crc) => _world.After(LatencyMicros, () =>
    {
        ClientOperation told = SimClient.Complete(_asked, answer);
        Answer = told.Outcome == OperationOutcome.Unknown
            ? told
            : told with { Completed = _history.NextMoment(), CompletedAt = _world.Now };
        _history.Add(Answer);
    });

    private static ScriptedCall Send(World world, History history, SimHost at, ClientOperation operation)
    {
        ClientOperation asked = operation with { Invoked = history.NextMoment(), InvokedAt = world.Now };
        ScriptedCall call = new(world, history, asked);
        new ClientSession(world, at, call).Send(1, asked, TimeoutMs, LatencyMicros);
        return call;
    }
}
