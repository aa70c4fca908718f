using System.Buffers;
using System.Net.Sockets;
using Holdfast.Net.Listening;
using Holdfast.Net.Loop;
using Holdfast.Net.Tests.Support;

namespace Holdfast.Net.Tests.Loop;

public sealed class BackPressureTests
{
    private const int ReplyBytes = 64 * 1024;

    [Fact]
    public void A_client_that_does_not_read_its_replies_is_not_read_from()
    {
        const int requests = 1000;
        using var test = new TestLoop();
        long highest = 0;
        var handler = new TestHandler
        {
            Data = (connection, data) =>
            {
                int consumed = 0;
                while (consumed < data.Length && !connection.IsOutputHigh)
                {
                    connection.Output.Write(new byte[ReplyBytes]);
                    consumed++;
                }

                highest = Math.Max(highest, connection.PendingOutput);
                return consumed;
            },
        };
        using PortListener listener = test.Listen(handler);
        using Socket client = TestClient.Connect(listener);
        byte[] all = new byte[requests];
        all.AsSpan().Fill((byte)'*');
        client.Send(all);
        Eventually.True(() => handler.Connection is { IsOutputHigh: true }, "the output is high");
        Assert.Equal(requests * ReplyBytes, client.ReceiveExactly(requests * ReplyBytes).Length);
        Eventually.True(() => handler.DrainedCalls > 0, "the handler learns that its output has drained");
        Assert.True(highest <= (1024 * 1024) + ReplyBytes, $"{highest} bytes waited");
    }

    [Fact]
    public void More_output_than_allowed_closes_the_connection()
    {
        using var test = new TestLoop();
        var handler = new TestHandler
        {
            Open = connection => connection.OutputLimit = 1024 * 1024,
            Data = (connection, data) =>
            {
                connection.Output.Write(new byte[64 * 1024 * 1024]);
                return data.Length;
            },
        };
        using PortListener listener = test.Listen(handler);
        using Socket client = TestClient.Connect(listener);
        client.Send("*"u8);
        Eventually.True(() => !handler.Closed.IsEmpty, "the connection is closed");
        Assert.Equal([CloseReason.OutputLimit], handler.Closed);
    }

    [Fact]
    public void More_unconsumed_input_than_allowed_closes_the_connection()
    {
        using var test = new TestLoop();
        var handler = new TestHandler { InputLimit = 100_000, Data = (_, _) => 0 };
        using PortListener listener = test.Listen(handler);
        using Socket client = TestClient.Connect(listener);
        client.Send("*"u8.ToArray().Concat(new byte[99_998]).ToArray());
        Eventually.True(() => handler.DataCalls > 0, "the handler sees the input");
        Assert.Empty(handler.Closed);
        client.Send("x"u8);
        Eventually.True(() => !handler.Closed.IsEmpty, "the connection is closed");
        Assert.Equal([CloseReason.InputLimit], handler.Closed);
    }

    [Fact]
    public void A_paused_connection_delivers_nothing_and_a_resumed_one_delivers_what_was_left()
    {
        using var test = new TestLoop();
        var handler = new TestHandler
        {
            Data = (connection, data) =>
            {
                connection.Output.Write(data[..1]);
                connection.Pause();
                return 1;
            },
        };
        using PortListener listener = test.Listen(handler);
        using Socket client = TestClient.Connect(listener);
        client.Send("*abc"u8);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal("*abc"u8.Slice(i, 1), client.ReceiveExactly(1));
            Assert.Equal(i + 1, handler.DataCalls);
            Assert.Equal(0, client.Available);
            test.OnLoop(() => handler.Connection!.Resume());
        }
    }

    [Fact]
    public async Task A_busy_connection_does_not_starve_another()
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(_ => new TestHandler { Data = (connection, data) => Swallow(connection, data) });
        using Socket busy = TestClient.Connect(listener);
        using Socket other = TestClient.Connect(listener);
        using var stop = new CancellationTokenSource();
        Task flood = Task.Run(() =>
        {
            byte[] block = new byte[1024 * 1024];
            block.AsSpan().Fill((byte)'*');
            while (!stop.IsCancellationRequested)
            {
                busy.Send(block);
            }
        });
        for (int i = 0; i < 100; i++)
        {
            other.Send("*\n"u8);
            Assert.Equal("+"u8, other.ReceiveExactly(1));
        }

        await stop.CancelAsync();
        await flood.WaitAsync(Eventually.Patience);
    }

    private static int Swallow(LoopConnection connection, ReadOnlySpan<byte> data)
    {
        if (data[^1] == '\n')
        {
            connection.Output.Write("+"u8);
        }

        return data.Length;
    }
}
