using System.Buffers;
using System.Collections.Concurrent;
using Holdfast.Net.Loop;

namespace Holdfast.Net.Tests.Support;

/// <summary>A handler made of lambdas, which keeps what it was told. Without lambdas it echoes.</summary>
internal sealed class TestHandler : IConnectionHandler
{
    internal delegate int DataCall(LoopConnection connection, ReadOnlySpan<byte> data);

    public int InputLimit { get; init; } = 64 * 1024 * 1024;

    internal Action<LoopConnection>? Open { get; init; }

    internal DataCall? Data { get; init; }

    internal Action<LoopConnection>? EndOfInput { get; init; }

    internal ConcurrentQueue<CloseReason> Closed { get; } = new();

    internal volatile int DataCalls;

    internal volatile int DrainedCalls;

    internal volatile LoopConnection? Connection;

    public void OnOpen(LoopConnection connection)
    {
        Connection = connection;
        Open?.Invoke(connection);
    }

    public int OnData(LoopConnection connection, ReadOnlySpan<byte> data)
    {
        DataCalls++;
        if (Data is not null)
        {
            return Data(connection, data);
        }

        connection.Output.Write(data);
        return data.Length;
    }

    public void OnEndOfInput(LoopConnection connection)
    {
        if (EndOfInput is not null)
        {
            EndOfInput(connection);
        }
        else
        {
            connection.Close();
        }
    }

    public void OnDrained(LoopConnection connection) => DrainedCalls++;

    public void OnClosed(LoopConnection connection, CloseReason reason) => Closed.Enqueue(reason);
}
