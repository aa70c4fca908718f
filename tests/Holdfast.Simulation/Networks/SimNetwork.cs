using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>The network of a world: directed lanes between hosts, each in order while its connection lasts.</summary>
public sealed class SimNetwork
{
    internal const int Lanes = 4;

    private readonly World _world;
    private readonly SeededRandom _random;
    private readonly int _hosts;
    private readonly SimTransport?[] _transports;
    private readonly bool[] _cut;
    private readonly long[] _delay;
    private readonly List<LinkFault> _faults = [];
    private readonly Dictionary<string, int> _addresses = [];

    internal SimNetwork(World world, int hosts, SeededRandom random)
    {
        _world = world;
        _hosts = hosts;
        _random = random;
        _transports = new SimTransport?[hosts];
        _cut = new bool[hosts * hosts * Lanes];
        _delay = new long[hosts * hosts * Lanes];
    }

    /// <summary>How single frames are treated.</summary>
    public NetworkConditions Conditions { get; } = new();

    /// <summary>Whether a lane of a link carries nothing.</summary>
    public bool IsCut(int from, int to, TransportLane lane) => _cut[Link(from, to, lane)];

    /// <summary>Begins a disturbance. The connections of links that it cuts break.</summary>
    public void Add(LinkFault fault)
    {
        _faults.Add(fault);
        Recompute();
        for (int from = 0; fault.Cuts && from < _hosts; from++)
        {
            for (int to = 0; to < _hosts; to++)
            {
                if (from != to && fault.Links(from, to))
                {
                    Break(from, to, fault.Lane);
                }
            }
        }
    }

    /// <summary>Ends a disturbance.</summary>
    public void Remove(LinkFault fault)
    {
        _faults.Remove(fault);
        Recompute();
    }

    /// <summary>Ends all disturbances.</summary>
    internal void Heal()
    {
        Conditions.Heal();
        _faults.Clear();
        Recompute();
    }

    /// <summary>Breaks the connections of a link, or that of one lane; they come back by themselves.</summary>
    public void Break(int from, int to, TransportLane? lane = null) => _transports[from]?.Break(to, lane);

    internal void Register(SimHost host) => _addresses[host.Address] = host.Index;

    /// <summary>A process starts: its connections are those of this transport.</summary>
    internal void Attach(SimHost host, SimTransport transport) => _transports[host.Index] = transport;

    /// <summary>A process ended: its connections break, both ways.</summary>
    internal void Forget(SimHost host)
    {
        for (int other = 0; other < _hosts; other++)
        {
            Break(host.Index, other);
            Break(other, host.Index);
        }

        _transports[host.Index] = null;
    }

    /// <summary>Whether a connection can be set up. That takes frames both ways, so it fails while either way is cut.</summary>
    internal bool TryConnect(SimHost from, string address, TransportLane lane, out int to) =>
        _addresses.TryGetValue(address, out to)
        && !IsCut(from.Index, to, lane)
        && !IsCut(to, from.Index, lane)
        && _world.Hosts[to].Node is not null;

    internal void Send(SimHost from, Connection connection, TransportLane lane, ReadOnlySpan<byte> frame)
    {
        int to = connection.To;
        byte[] bytes = frame.ToArray();
        uint crc = Crc32C.Compute(bytes);
        _world.Record(TraceKind.Send, from.Index, (to << 8) | (int)lane, crc);
        ulong number = connection.NextFrame();
        if (Happens(Conditions.Loss, FaultKind.FrameLoss))
        {
            return;
        }

        Transit transit = new(from.Index, to, _world.Hosts[to].Boot, lane, bytes, crc, connection, number);
        _world.After(ArrivalOf(connection, from.Index, to, lane) - _world.Now, () => Deliver(transit));

        // Consensus survives frames that come twice. Forwarded requests have no sessions yet, and lean on what ITransport promises:
        // a frame is delivered at most once.
        if (lane != TransportLane.Requests && Happens(Conditions.Duplication, FaultKind.FrameDuplication))
        {
            _world.After(Latency(from.Index, to, lane) + _random.Next(20_000), () => Deliver(transit));
        }
    }

    private long ArrivalOf(Connection connection, int from, int to, TransportLane lane)
    {
        long arrival = _world.Now + Latency(from, to, lane);
        if (Happens(Conditions.Reordering, FaultKind.FrameReordering))
        {
            return arrival + _random.Next(500, 30_000);
        }

        return connection.LastArrival = Math.Max(arrival, connection.LastArrival);
    }

    private void Deliver(Transit transit)
    {
        SimHost host = _world.Hosts[transit.To];
        if (host.Boot != transit.Boot || !transit.Connection.Arrives(transit.Number))
        {
            return;
        }

        _world.Record(TraceKind.Deliver, transit.To, (transit.From << 8) | (int)transit.Lane, transit.Checksum);
        host.Input(transit.Boot, node => node.OnFrame(transit.Lane, transit.Frame));
    }

    private long Latency(int from, int to, TransportLane lane) =>
        Conditions.MinLatencyMicros + _random.LongTailed(Conditions.TypicalExtraMicros) + _delay[Link(from, to, lane)];

    private bool Happens(double probability, FaultKind kind)
    {
        if (probability <= 0 || !_random.Chance(probability))
        {
            return false;
        }

        _world.Count(kind);
        return true;
    }

    private void Recompute()
    {
        for (int link = 0; link < _cut.Length; link++)
        {
            (int from, int to, var lane) = (link / Lanes / _hosts, link / Lanes % _hosts, (TransportLane)(link % Lanes));
            _cut[link] = _faults.Any(f => f.Cuts && f.Concerns(from, to, lane));
            _delay[link] = _faults.Where(f => f.Concerns(from, to, lane)).Sum(f => f.DelayMicros);
        }
    }

    private int Link(int from, int to, TransportLane lane) => (((from * _hosts) + to) * Lanes) + (int)lane;

    private sealed record Transit(
        int From, int To, int Boot, TransportLane Lane, byte[] Frame, uint Checksum, Connection Connection, ulong Number);
}
