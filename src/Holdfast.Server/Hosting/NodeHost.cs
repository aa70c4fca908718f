using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Holdfast.Api;
using Holdfast.Disk;
using Holdfast.Keyspace;
using Holdfast.Net.Kestrel;
using Holdfast.Net.Listening;
using Holdfast.Net.Loop;
using Holdfast.Net.Peers;
using Holdfast.Primitives;
using Holdfast.Resp;
using Holdfast.Rest;
using Holdfast.Runtime;
using Holdfast.Runtime.Recovery;
using Holdfast.Server.Connections;
using Holdfast.Server.Http;
using Microsoft.AspNetCore.Builder;

namespace Holdfast.Server.Hosting;

/// <summary>
/// One node, whole: its directory, its engine on a loop's thread, its port. Opens, runs until stopped or failed, and closes in the
/// reverse order.
/// </summary>
internal sealed class NodeHost : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(4);

    private readonly ServerOptions _options;
    private readonly NodeReporter _reporter;
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RealDisk _disk;
    private readonly EventLoop _loop;
    private readonly EngineTask _task = new();
    private readonly PeerTransport _transport;
    private readonly DiskLanes _lanes;
    private readonly Engine _engine;
    private readonly HandoffListenerFactory _http = new();
    private readonly WebApplication _app;
    private readonly List<PortListener> _listeners = [];
    private readonly DiskMonitor _monitor;
    private readonly string _name;

    private NodeHost(ServerOptions options)
    {
        _options = options;
        _name = $"node {options.Id}";
        _reporter = new NodeReporter(_name, Fail);
        _disk = new RealDisk(options.Data, options.Fsync);
        var random = new SeededRandom(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));
        var arena = new KeyspaceArena();
        EngineOptions engineOptions = NodeSettings.EngineOptionsOf(options, _disk.TotalBytes);
        RecoveredNode recovered = NodeRecovery.Open(
            _disk, engineOptions, arena, NodeSettings.SegmentBytesFor(_disk.FreeBytes), options.Fsync, random);
        _reporter.Say($"{recovered.Report}");
        _loop = new EventLoop(NodeSettings.LoopOptionsOf(options, _reporter));
        _transport = new PeerTransport(_loop, new PeerTransportOptions(), _task);
        Engine? engine = null;
        var completed = new CompletedWork(_loop, work => engine!.Complete(work));
        _lanes = new DiskLanes(_disk, completed.Add, Fail, NodeSettings.MaxPollMicrosOf(options));
        _engine = engine = new Engine(engineOptions, recovered, arena, _transport, _lanes, random, _loop.NowMicros);
        _task.Attach(_engine, _lanes);
        _loop.SetTask(_task);
        var gate = new LoopGate(_loop, _engine);
        var restOptions = new RestOptions
        {
            AllowedHosts = NodeSettings.AllowedHostsOf(options),
            Watch = new WatchOptions { Fatal = Fail },
        };
        _app = HttpHost.Create(_http, gate, _engine.View, _engine.Routes, restOptions);
        _monitor = new DiskMonitor(_disk, _lanes, _loop, _engine, Fail);
        Listen(gate);
    }

    /// <summary>What the node shows of its cluster.</summary>
    public IClusterViewSource View => _engine.View;

    /// <summary>The address that others reach the node at.</summary>
    public string Address => NodeSettings.AddressOf(_options);

    /// <summary>The address that cluster-aware Redis clients reach the node at; null when there is none.</summary>
    public string? ClusterAddress { get; private set; }

    /// <summary>Ends when the node can't go on, with the reason.</summary>
    public Task<Exception> Failed => _failed.Task;

    /// <summary>Opens a node and starts it.</summary>
    /// <exception cref="NodeStoppedException">It can't start.</exception>
    /// <exception cref="DiskException">Its directory can't be used.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">Its port can't be bound.</exception>
    public static async Task<NodeHost> StartAsync(ServerOptions options)
    {
        var host = new NodeHost(options);
        await host._app.StartAsync();
        host._monitor.Start();
        host._loop.Start();
        return host;
    }

    /// <summary>Hands leadership over, waits for writes under way, seals the log. Gives up after four seconds.</summary>
    public async Task StopAsync()
    {
        // Watches end here: they would go on for as long as their clients stay.
        _app.Lifetime.StopApplication();
        var stopping = new Stopping(_engine);
        _loop.Post(stopping);
        long deadline = Environment.TickCount64 + (long)StopPatience.TotalMilliseconds;
        while (!_failed.Task.IsCompleted && !stopping.IsQuiet && Environment.TickCount64 < deadline)
        {
            await Task.Delay(20);
            _loop.Post(stopping);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _monitor.Dispose();
        foreach (PortListener listener in _listeners)
        {
            listener.Dispose();
        }

        await _app.DisposeAsync();
        _loop.Dispose();
        _lanes.Dispose();
        _transport.Dispose();
        _engine.Dispose();
        _disk.Dispose();
    }

    private void Fail(Exception failure) => _failed.TrySetResult(failure);

    private void Listen(LoopGate gate)
    {
        var clock = new SystemRespClock();
        var identity = new RespIdentity
        {
            RunId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)),
            Port = _options.Port,
            MaxMemoryBytes = _options.MaxMemoryBytes ?? 0,
        };
        var resp = new RespServer(gate, _engine.View, clock, identity) { Routes = _engine.Routes };
        var respOptions = new RespOptions { MaxKeysReply = _options.MaxKeysReply };
        IConnectionHandler? Handle(Protocol protocol) => protocol switch
        {
            Protocol.Resp => new RespConnection(respOptions, resp, Address),
            Protocol.NativeClient => new NativeConnection(gate),
            Protocol.Peer => new PeerConnectionHandler(_task),
            _ => null,
        };

        Listen(_options.Port, Handle, only: null);
        Listen(_options.HttpPort, Handle, new HashSet<Protocol> { Protocol.Http1, Protocol.Http2 });
        Listen(_options.RespPort, Handle, new HashSet<Protocol> { Protocol.Resp });
        Listen(_options.PeerPort, Handle, new HashSet<Protocol> { Protocol.Peer, Protocol.NativeClient });
        ListenToClusterClients(resp, respOptions with { Cluster = true });
    }

    private void ListenToClusterClients(RespServer resp, RespOptions options)
    {
        if (NodeSettings.ClusterPortOf(_options) is not { } port)
        {
            return;
        }

        string address = NodeSettings.AddressOf(_options, port);
        IConnectionHandler? Handle(Protocol protocol) =>
            protocol == Protocol.Resp && _engine.OffersClusterPort ? new RespConnection(options, resp, address) : null;

        try
        {
            Listen(port, Handle, new HashSet<Protocol> { Protocol.Resp });
        }
        catch (SocketException failure) when (_options.RespClusterPort is null)
        {
            // Nobody asked for this port: a node must not fail to start because something else has it.
            _reporter.Say($"no port for cluster-aware Redis clients: {failure.Message}; --resp-cluster-port takes another, or off");
            return;
        }

        _engine.RespClusterPort = port;
        ClusterAddress = address;
    }

    private void Listen(int? port, Func<Protocol, IConnectionHandler?> handlers, IReadOnlySet<Protocol>? only)
    {
        if (port is { } number)
        {
            _listeners.Add(PortListener.Open(_loop, new ListenerOptions
            {
                Addresses = ListenerOptions.AddressesFor(_options.Bind, number),
                Handlers = handlers,
                Http = _http,
                Only = only,
            }));
        }
    }

    private sealed class Stopping(Engine engine) : ILoopWork
    {
        private bool _prepared;
        private bool _isQuiet;

        public bool IsQuiet => Volatile.Read(ref _isQuiet);

        public void Execute()
        {
            if (!_prepared)
            {
                _prepared = true;
                engine.PrepareStop();
            }

            Volatile.Write(ref _isQuiet, engine.IsQuiet);
        }
    }

    private sealed class SystemRespClock : IRespClock
    {
        public long UnixTimeMicroseconds => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

        public long MonotonicMs => Environment.TickCount64;
    }
}
