using System.Buffers;
using System.Net;
using Holdfast.Net.Loop;
using Holdfast.Resp;

namespace Holdfast.Server.Connections;

/// <summary>A client of the Redis protocol: joins its session to its connection.</summary>
#pragma warning disable CA1001 // the loop calls OnClosed once for every connection, which disposes the session
internal sealed class RespConnection(RespOptions options, RespServer server, string localAddress) : IConnectionHandler, IRespOutput
#pragma warning restore CA1001
{
    private LoopConnection? _connection;
    private RespSession? _session;
    private bool _paused;
    private bool _inputEnded;

    /// <inheritdoc/>
    public int InputLimit => options.MaxCommandBytes + (1024 * 1024);

    /// <inheritdoc/>
    public IBufferWriter<byte> Writer => Connection.Output;

    /// <inheritdoc/>
    public long UnsentBytes => Connection.PendingOutput;

    private LoopConnection Connection => _connection ?? throw new InvalidOperationException("the connection is not open yet");

    private RespSession Session => _session ?? throw new InvalidOperationException("the connection is not open yet");

    /// <inheritdoc/>
    public void OnOpen(LoopConnection connection)
    {
        _connection = connection;
        connection.OutputHighWater = long.MaxValue;
        _session = new RespSession(options, server, this, new RespEndpoints(Describe(connection.RemoteEndPoint), localAddress));
    }

    /// <inheritdoc/>
    public int OnData(LoopConnection connection, ReadOnlySpan<byte> data)
    {
        int consumed = Session.Consume(data);
        if (consumed < data.Length)
        {
            connection.Await(Session.NeededBytes);
        }

        Settle();
        return consumed;
    }

    /// <inheritdoc/>
    public void OnEndOfInput(LoopConnection connection)
    {
        // A client that sends its commands and shuts its side down still reads the replies.
        _inputEnded = true;
        Settle();
    }

    /// <inheritdoc/>
    public void OnDrained(LoopConnection connection) => Settle();

    /// <inheritdoc/>
    public void OnClosed(LoopConnection connection, CloseReason reason) => _session?.Dispose();

    /// <inheritdoc/>
    public void Changed() => Settle();

    /// <inheritdoc/>
    public void RequestClose() => Connection.Loop.Post(new Close(Connection));

    private void Settle()
    {
        if (Session.CloseAfterFlush || (_inputEnded && Session.IsIdle))
        {
            Connection.Close();
            return;
        }

        bool pause = !Session.WantsInput;
        if (pause == _paused)
        {
            return;
        }

        _paused = pause;
        if (pause)
        {
            Connection.Pause();
        }
        else
        {
            Connection.Resume();
        }
    }

    private static string Describe(IPEndPoint? endPoint) => endPoint?.ToString() ?? "?:0";

    private sealed class Close(LoopConnection connection) : ILoopWork
    {
        public void Execute() => connection.Close();
    }
}
