using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using Holdfast.Net.Loop;
using Holdfast.Primitives;

namespace Holdfast.Net.Peers;

/// <summary>
/// The connection of some lanes to one peer: resolves, connects, and begins anew whenever it breaks. Each attempt has a number, so
/// that a timer or an answer of the name service that belongs to an earlier one is ignored.
/// </summary>
internal sealed class PeerConnection(PeerTransport transport, PeerHandle peer, PeerAddress address, TransportLane[] lanes) : IConnectionHandler
{
    // A connection that ended sooner counts as a failure: its listener may accept and drop in turns.
    private const long StableMicros = 1_000_000;

    private LoopConnection? _connection;
    private IReadOnlyList<IPEndPoint> _candidates = [];
    private int _nextCandidate;
    private int _attempt;
    private int _failures;
    private long _upSinceMicros;
    private bool _isUp;
    private bool _isClosed;

    /// <summary>The other side sends nothing here.</summary>
    public int InputLimit => 1;

    internal void Start()
    {
        int attempt = ++_attempt;
        if (address.WithoutLookup() is { } endPoints)
        {
            Connect(endPoints);
        }
        else
        {
            _ = LookUpAsync(attempt);
        }
    }

    internal void Close()
    {
        _isClosed = true;
        _attempt++;
        _connection?.Abort();
    }

    internal bool Send(TransportLane lane, ReadOnlySpan<byte> frame)
    {
        Invariant.Require(frame.Length <= PeerTransportOptions.MaxFrameBytes, $"a frame of {frame.Length} bytes is above the limit");
        if (!_isUp || _connection is not { IsOpen: true } connection)
        {
            return false;
        }

        long pending = connection.PendingOutput;
        if (pending > 0 && pending + PeerFraming.LengthBytes + frame.Length > transport.Options.QueueBytes(lane))
        {
            return false;
        }

        IBufferWriter<byte> output = connection.Output;
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(PeerFraming.LengthBytes), (uint)frame.Length);
        output.Advance(PeerFraming.LengthBytes);
        output.Write(frame);
        return true;
    }

    public void OnOpen(LoopConnection connection)
    {
        connection.OutputHighWater = long.MaxValue;
        connection.OutputLimit = long.MaxValue;
        PeerFraming.WritePreamble(connection.Output.GetSpan(PeerFraming.PreambleBytes), lanes[0]);
        connection.Output.Advance(PeerFraming.PreambleBytes);
        _upSinceMicros = transport.Loop.NowMicros;
        _isUp = true;
        foreach (TransportLane lane in lanes)
        {
            transport.Observer.OnPeerConnected(peer, lane);
        }
    }

    public int OnData(LoopConnection connection, ReadOnlySpan<byte> data)
    {
        // Whoever answers is no node of ours.
        connection.Abort();
        return data.Length;
    }

    public void OnEndOfInput(LoopConnection connection) => connection.Abort();

    public void OnClosed(LoopConnection connection, CloseReason reason)
    {
        _connection = null;
        if (_isUp)
        {
            _isUp = false;
            _failures = transport.Loop.NowMicros - _upSinceMicros >= StableMicros ? 0 : _failures + 1;
            foreach (TransportLane lane in lanes)
            {
                transport.Observer.OnPeerDisconnected(peer, lane);
            }

            RetryLater();
        }
        else if (_nextCandidate < _candidates.Count)
        {
            ConnectNext();
        }
        else
        {
            _failures++;
            RetryLater();
        }
    }

    private async Task LookUpAsync(int attempt)
    {
        IReadOnlyList<IPEndPoint> found = await address.LookUpAsync().ConfigureAwait(false);
        transport.Loop.Post(new LookedUp(this, attempt, found));
    }

    private void Connect(IReadOnlyList<IPEndPoint> candidates)
    {
        _candidates = candidates;
        _nextCandidate = 0;
        if (candidates.Count > 0)
        {
            ConnectNext();
        }
        else
        {
            _failures++;
            RetryLater();
        }
    }

    private void ConnectNext()
    {
        if (_isClosed)
        {
            return;
        }

        _connection = transport.Loop.Connect(_candidates[_nextCandidate++], this);
        transport.Loop.Schedule(transport.Loop.NowMicros + transport.Options.ConnectTimeoutMicros, new ConnectTimeout(this, _connection));
    }

    private void RetryLater()
    {
        if (!_isClosed)
        {
            transport.Loop.Schedule(transport.Loop.NowMicros + transport.Backoff(_failures), new Retry(this, _attempt));
        }
    }

    private sealed class LookedUp(PeerConnection owner, int attempt, IReadOnlyList<IPEndPoint> found) : ILoopWork
    {
        public void Execute()
        {
            if (owner._attempt == attempt)
            {
                owner.Connect(found);
            }
        }
    }

    private sealed class Retry(PeerConnection owner, int attempt) : ILoopWork
    {
        public void Execute()
        {
            if (owner._attempt == attempt)
            {
                owner.Start();
            }
        }
    }

    private sealed class ConnectTimeout(PeerConnection owner, LoopConnection connection) : ILoopWork
    {
        public void Execute()
        {
            if (owner._connection == connection && !owner._isUp)
            {
                connection.Abort();
            }
        }
    }
}
