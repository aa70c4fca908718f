using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>
/// A client with one operation under way at a time, sent to any node. It never repeats an operation: what it does not know, the
/// history calls unknown.
/// </summary>
internal sealed class SimClient : IClient
{
    private const uint TimeoutMs = 1000;
    private const long PatienceMicros = 1500 * VirtualTime.Millisecond;

    private readonly World _world;
    private readonly History _history;
    private readonly IWorkload _workload;
    private readonly SeededRandom _random;
    private readonly ClientSession?[] _sessions;
    private ClientOperation? _current;
    private SimHost? _asked;
    private ulong _requests;
    private bool _stopping;

    public SimClient(World world, History history, int number, IWorkload workload, SeededRandom random)
    {
        _world = world;
        _history = history;
        Number = number;
        _workload = workload;
        _random = random;
        _sessions = new ClientSession?[world.Hosts.Count];
        foreach (SimHost host in world.Hosts)
        {
            host.OnDown(WentDown);
        }
    }

    /// <inheritdoc/>
    public int Number { get; }

    /// <summary>It has nothing under way and asks nothing more.</summary>
    public bool IsIdle { get; private set; }

    public void Start() => _world.After(_random.Next(20_000), Next);

    /// <summary>Lets the operation under way end and begins no other.</summary>
    public void Stop() => _stopping = true;

    /// <inheritdoc/>
    public void Answered(SimHost host, ClientAnswer answer, uint crc) =>
        _world.After(Latency(), () =>
        {
            if (answer.Id == _requests && _current is { } operation)
            {
                Finish(Complete(operation, answer), host.Index, crc);
            }
        });

    private void Next()
    {
        SimHost[] up = _world.Hosts.Where(h => h.Node is not null && !h.IsLost).ToArray();
        if (up.Length == 0 && !_stopping)
        {
            _world.After(10 * VirtualTime.Millisecond, Next);
            return;
        }

        if (_stopping || _workload.Next(_history.NextMoment(), _world.Now) is not { } operation)
        {
            IsIdle = true;
            return;
        }

        Send(_random.Pick(up), operation);
    }

    private void Send(SimHost host, ClientOperation operation)
    {
        _current = operation;
        _asked = host;
        ulong id = ++_requests;
        _world.Record(TraceKind.Invoke, host.Index, Number, id, operation.ToString());
        ClientSession session = _sessions[host.Index] is { IsUsable: true } usable
            ? usable
            : _sessions[host.Index] = new ClientSession(_world, host, this);
        session.Send(id, operation, TimeoutMs, Latency());
        _world.After(PatienceMicros, () =>
        {
            if (_requests == id && _current is not null)
            {
                Finish(operation with { Fault = FaultCode.Timeout }, host.Index, 0);
            }
        });
    }

    private void WentDown(SimHost host)
    {
        if (_current is { } operation && _asked == host)
        {
            ulong id = _requests;
            _world.After(Latency(), () =>
            {
                if (_requests == id && _current is not null)
                {
                    Finish(operation with { Fault = FaultCode.Stopping }, host.Index, 1);
                }
            });
        }
    }

    private void Finish(ClientOperation finished, int host, ulong crc)
    {
        // What may still happen stays open: it has no moment after which it can't take effect.
        ClientOperation recorded = finished.Outcome == OperationOutcome.Unknown
            ? finished
            : finished with { Completed = _history.NextMoment(), CompletedAt = _world.Now };
        _world.Record(TraceKind.Respond, host, Number, crc, recorded.ToString());
        _history.Add(recorded);
        _workload.Saw(recorded);
        _current = null;

        // Bursts make operations overlap; the pauses let the nodes fall idle.
        _world.After(_random.Chance(0.7) ? _random.Next(3_000) : _random.Next(200_000), Next);
    }

    /// <summary>An operation with what an answer tells of it.</summary>
    internal static ClientOperation Complete(ClientOperation operation, ClientAnswer answer) => operation with
    {
        Outcome = answer.Fault switch
        {
            FaultCode.None => OperationOutcome.Done,
            FaultCode.ConditionFailed or FaultCode.NotAnInteger or FaultCode.Overflow => OperationOutcome.Refused,
            _ => answer.Outcome == Outcome.NotApplied ? OperationOutcome.NotApplied : OperationOutcome.Unknown,
        },
        Fault = answer.Fault,
        Found = answer.Flags.HasFlag(ReplyFlags.Found),
        Created = answer.Flags.HasFlag(ReplyFlags.Created),
        Read = answer.Fault == FaultCode.None && operation.Operation == Operation.Get ? answer.Payload : "",
        Revision = answer.Revision.Value,
        Number = answer.Number,
        TimeToLiveMs = answer.TimeToLiveMs,
    };

    private long Latency() => 20 + _random.LongTailed(100);
}
