using System.Globalization;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>
/// A client with one operation under way at a time, sent to any node. A write that the nodes would know again it sends again, to any node,
/// until it knows what came of it or gives it up. Others it never repeats: what it does not know, the history calls unknown.
/// </summary>
internal sealed class SimClient : IClient
{
    private const uint TimeoutMs = 1000;
    private const uint TimeoutSlackMs = 100;
    private const long PatienceMicros = 1500 * VirtualTime.Millisecond;

    private readonly World _world;
    private readonly History _history;
    private readonly IWorkload _workload;
    private readonly SeededRandom _random;
    private readonly ClientSession?[] _sessions;
    private readonly Dictionary<PartitionId, WriteSession> _writeSessions = [];
    private ClientOperation? _attempt;
    private Persistence? _persistence;
    private SimHost? _asked;
    private ulong _requests;
    private int _tokens;
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
            if (answer.Id == _requests && _attempt is { } attempt)
            {
                Conclude(Complete(attempt, answer), host.Index, crc);
            }
        });

    private void Next()
    {
        SimHost[] up = Up();
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

        if (operation.Repetition == Repetition.None)
        {
            Send(_random.Pick(up), operation, default, TimeoutMs, PatienceMicros);
            return;
        }

        bool inSession = operation.Repetition == Repetition.Session;
        string? token = inSession ? null : string.Create(CultureInfo.InvariantCulture, $"c{Number}/{_tokens++}");
        _persistence = new Persistence(operation, inSession ? SessionFor(operation.Key) : null, token, _random);
        TryAgain();
    }

    // Some attempts are given up so soon that the next overtakes their answer.
    private void TryAgain()
    {
        SimHost[] up = Up();
        if (up.Length == 0)
        {
            Decide(_persistence!.AfterNobody(NowMs, out long delayMs), delayMs, -1, 0);
            return;
        }

        ClientOperation attempt = _persistence!.NextAttempt(out WriteIdentity identity);
        long timeoutMs = _random.Chance(0.2) ? _random.Next(2, 20) : _random.Spread(100, 3);
        Send(_random.Pick(up), attempt, identity, (uint)timeoutMs + TimeoutSlackMs, timeoutMs * VirtualTime.Millisecond);
    }

    private void Send(SimHost host, ClientOperation operation, WriteIdentity identity, uint timeoutMs, long patience)
    {
        _attempt = operation;
        _asked = host;
        ulong id = ++_requests;
        _world.Record(TraceKind.Invoke, host.Index, Number, id, operation);
        ClientSession session = _sessions[host.Index] is { IsUsable: true } usable
            ? usable
            : _sessions[host.Index] = new ClientSession(_world, host, this);
        session.Send(id, operation, timeoutMs, Latency(), identity);
        _world.After(patience, () => GiveUp(id, host, FaultCode.Timeout, 0));
    }

    private void WentDown(SimHost host)
    {
        if (_attempt is not null && _asked == host)
        {
            ulong id = _requests;
            _world.After(Latency(), () => GiveUp(id, host, FaultCode.Stopping, 1));
        }
    }

    private void GiveUp(ulong id, SimHost host, FaultCode fault, uint crc)
    {
        if (_requests == id && _attempt is { } attempt)
        {
            Conclude(attempt with { Fault = fault }, host.Index, crc);
        }
    }

    /// <summary>An attempt came to its end, whatever that is.</summary>
    private void Conclude(ClientOperation told, int host, uint crc)
    {
        _attempt = null;
        if (_persistence is null)
        {
            Finish(told, host, crc);
            return;
        }

        Decide(_persistence.After(told, NowMs, out long delayMs), delayMs, host, crc);
    }

    private void Decide(ClientOperation? ended, long delayMs, int host, uint crc)
    {
        if (ended is null)
        {
            _world.After(delayMs * VirtualTime.Millisecond, TryAgain);
            return;
        }

        _persistence = null;
        Finish(ended, host, crc);
    }

    private void Finish(ClientOperation finished, int host, uint crc)
    {
        // What may still happen stays open: it has no moment after which it can't take effect.
        ClientOperation recorded = finished.Outcome == OperationOutcome.Unknown
            ? finished
            : finished with { Completed = _history.NextMoment(), CompletedAt = _world.Now };
        _world.Record(TraceKind.Respond, host, Number, crc, recorded);
        _history.Add(recorded);
        _workload.Saw(recorded);

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
        Told = answer.Fault != FaultCode.None ? [] : operation.Operation switch
        {
            Operation.Batch => KeyAnswer.OfBatch(operation.Parts, answer.Payload),
            Operation.List => KeyAnswer.OfPage(answer.Payload),
            _ => [],
        },
    };

    private long NowMs => _world.Now / VirtualTime.Millisecond;

    private SimHost[] Up() => _world.Hosts.Where(h => h.Node is not null && !h.IsLost).ToArray();

    private WriteSession SessionFor(string key)
    {
        PartitionId partition = _world.PartitionOf(key);
        if (!_writeSessions.TryGetValue(partition, out WriteSession? session))
        {
            _writeSessions.Add(partition, session = new WriteSession(_random.Fork()));
        }

        return session;
    }

    private long Latency() => 20 + _random.LongTailed(100);
}
