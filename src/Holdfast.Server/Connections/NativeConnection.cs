using System.Buffers;
using Holdfast.Api;
using Holdfast.Net.Loop;

namespace Holdfast.Server.Connections;

/// <summary>A client of the native protocol: hands whole requests on as they are, and replies back as they come.</summary>
internal sealed class NativeConnection(IRequestGate gate) : IConnectionHandler, IReplySink
{
    private static readonly int PreambleBytes = NativeProtocol.Magic.Length + 1;

    private LoopConnection? _connection;
    private IRequestSession? _session;
    private bool _hasPreamble;

    /// <inheritdoc/>
    public int InputLimit => NativeProtocol.MaxMessageBytes + sizeof(uint) + PreambleBytes;

    /// <inheritdoc/>
    public void OnOpen(LoopConnection connection)
    {
        _connection = connection;
        _session = gate.Open(this);
    }

    /// <inheritdoc/>
    public int OnData(LoopConnection connection, ReadOnlySpan<byte> data)
    {
        int start = 0;
        if (!_hasPreamble)
        {
            if (data.Length < PreambleBytes)
            {
                return 0;
            }

            _hasPreamble = true;
            start = PreambleBytes;
        }

        int end = start;
        while (true)
        {
            OperationStatus status = Request.TryRead(data[end..], out _, out int consumed);
            if (status == OperationStatus.InvalidData)
            {
                // The stream has lost its frame: nothing after this can be understood.
                _session!.Submit(data[start..end]);
                connection.Close();
                return data.Length;
            }

            if (status == OperationStatus.NeedMoreData)
            {
                break;
            }

            end += consumed;
        }

        if (end > start)
        {
            _session!.Submit(data[start..end]);
        }

        return end;
    }

    /// <inheritdoc/>
    public void OnClosed(LoopConnection connection, CloseReason reason) => _session?.Dispose();

    /// <inheritdoc/>
    public void OnReplies(ReadOnlySpan<byte> replies) => _connection!.Output.Write(replies);
}
