using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Holdfast.Net.Listening;
using Holdfast.Net.Loop;
using Holdfast.Net.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Net.Tests.Loop;

public sealed class EchoTests
{
    [Fact]
    public void What_is_sent_comes_back()
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(new TestHandler());
        using Socket client = TestClient.Connect(listener);
        client.Send("*hello"u8);
        Assert.Equal("*hello"u8, client.ReceiveExactly(6));
    }

    [Fact]
    public void A_message_that_comes_byte_by_byte_reaches_the_handler_whole()
    {
        using var test = new TestLoop();
        var handler = new TestHandler { Data = EchoLines };
        using PortListener listener = test.Listen(handler);
        using Socket client = TestClient.Connect(listener);
        byte[] message = "*one\n*two\n"u8.ToArray();
        foreach (byte one in message)
        {
            client.Send([one]);
        }

        Assert.Equal(message, client.ReceiveExactly(message.Length));
    }

    [Fact]
    public async Task A_big_message_passes_whole_and_is_delivered_once_it_is_complete()
    {
        const int size = 16 * 1024 * 1024;
        using var test = new TestLoop();
        int deliveries = 0;
        var handler = new TestHandler
        {
            Data = (connection, data) =>
            {
                if (data.Length < size)
                {
                    connection.Await(size);
                    return 0;
                }

                deliveries++;
                connection.Output.Write(data);
                return data.Length;
            },
        };
        using PortListener listener = test.Listen(handler);
        using Socket client = TestClient.Connect(listener);
        byte[] message = RandomMessage(size);
        Task sending = Task.Run(() => client.Send(message));
        Assert.Equal(message, client.ReceiveExactly(size));
        await sending.WaitAsync(Eventually.Patience);
        Assert.Equal(1, deliveries);
        Assert.Equal(2, handler.DataCalls);
    }

    [Fact]
    public async Task Messages_that_straddle_reads_come_out_in_order()
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(new TestHandler { Data = EchoLines });
        using Socket client = TestClient.Connect(listener);
        var random = new SeededRandom(1);
        var text = new StringBuilder("*\n");
        for (int i = 0; i < 5000; i++)
        {
            text.Append('x', random.Next(i % 100 == 0 ? 60_000 : 200)).Append('\n');
        }

        byte[] message = Encoding.ASCII.GetBytes(text.ToString());
        Task sending = Task.Run(() =>
        {
            for (int sent = 0; sent < message.Length;)
            {
                sent += client.Send(message.AsSpan(sent, Math.Min(1 + random.Next(100_000), message.Length - sent)));
            }
        });
        Assert.Equal(message, client.ReceiveExactly(message.Length));
        await sending.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public void Five_hundred_connections_are_served_side_by_side()
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(_ => new TestHandler());
        Socket[] clients = [.. Enumerable.Range(0, 500).Select(_ => TestClient.Connect(listener))];
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < clients.Length; i++)
            {
                clients[i].Send(Encoding.ASCII.GetBytes($"*{round}:{i:D4}"));
            }

            for (int i = 0; i < clients.Length; i++)
            {
                Assert.Equal($"*{round}:{i:D4}", Encoding.ASCII.GetString(clients[i].ReceiveExactly(7)));
            }
        }

        Assert.Equal(500, listener.Connections);
        foreach (Socket client in clients)
        {
            client.Dispose();
        }

        Eventually.True(() => listener.Connections == 0, "all connections are counted out");
    }

    [Fact]
    public void Serving_allocates_nothing_once_it_has_warmed_up()
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(new TestHandler());
        using Socket client = TestClient.Connect(listener);
        byte[] message = "*12345678"u8.ToArray();
        byte[] reply = new byte[message.Length];
        ManagedBytes managed = default;
        long allocated = 0;
        Run();
        test.OnLoop(() => managed = ManagedBytes.Begin());
        Run();
        test.OnLoop(() => allocated = managed.Allocated);
        Assert.True(allocated < 4000, $"{allocated} bytes were allocated for 2000 requests");

        void Run()
        {
            for (int i = 0; i < 2000; i++)
            {
                client.Send(message);
                for (int got = 0; got < reply.Length;)
                {
                    got += client.Receive(reply, got, reply.Length - got, SocketFlags.None);
                }
            }
        }
    }

    internal static int EchoLines(LoopConnection connection, ReadOnlySpan<byte> data)
    {
        int consumed = 0;
        for (int line = data.IndexOf((byte)'\n') + 1; line > 0; line = data[consumed..].IndexOf((byte)'\n') + 1)
        {
            connection.Output.Write(data.Slice(consumed, line));
            consumed += line;
        }

        return consumed;
    }

    internal static byte[] RandomMessage(int size)
    {
        byte[] message = new byte[size];
        new Random(7).NextBytes(message);
        message[0] = (byte)'*';
        return message;
    }
}
