using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Holdfast.Net.Listening;
using Holdfast.Net.Loop;
using Holdfast.Net.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Net.Tests.Loop;

public sealed class ClosingTests
{
    [Fact]
    public void A_last_reply_arrives_although_the_client_has_sent_more_than_was_read()
    {
        byte[] reply = EchoTests.RandomMessage(3 * 1024 * 1024);
        using var test = new TestLoop();
        var handler = new TestHandler
        {
            Data = (connection, data) =>
            {
                connection.Output.Write(reply);
                connection.Close();
                return 1;
            },
        };
        using PortListener listener = test.Listen(handler);
        using Socket client = TestClient.Connect(listener);
        byte[] request = new byte[200_000];
        request[0] = (byte)'*';
        client.Send(request);
        Assert.Equal(reply, client.ReceiveToEnd());
        client.Dispose();
        Eventually.True(() => !handler.Closed.IsEmpty, "the handler hears of the end");
        Assert.Equal([CloseReason.Requested], handler.Closed);
        Assert.Equal(1, handler.DataCalls);
    }

    [Fact]
    public void A_client_that_ends_its_side_still_gets_a_late_reply()
    {
        using var test = new TestLoop();
        using var ended = new ManualResetEventSlim();
        var handler = new TestHandler { Data = (_, data) => data.Length, EndOfInput = _ => ended.Set() };
        using PortListener listener = test.Listen(handler);
        using Socket client = TestClient.Connect(listener);
        client.Send("*get"u8);
        client.Shutdown(SocketShutdown.Send);
        Eventually.Set(ended, "the handler hears that no more comes");
        test.OnLoop(() =>
        {
            handler.Connection!.Output.Write("late"u8);
            handler.Connection!.Close();
        });
        Assert.Equal("late"u8, client.ReceiveToEnd());
        Eventually.True(() => handler.Closed.SequenceEqual([CloseReason.Requested]), "the handler hears of the end");
    }

    [Fact]
    public void A_reset_is_told_as_such()
    {
        using var test = new TestLoop();
        var handler = new TestHandler();
        using PortListener listener = test.Listen(handler);
        using Socket client = TestClient.Connect(listener);
        client.Send("*"u8);
        client.ReceiveExactly(1);
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        Eventually.True(() => !handler.Closed.IsEmpty, "the handler hears of the reset");
        Assert.Equal([CloseReason.Reset], handler.Closed);
        Assert.NotEqual(0, handler.Connection!.LastErrno);
    }

    [Fact]
    public void A_reset_of_a_paused_connection_is_noticed()
    {
        using var test = new TestLoop();
        var handler = new TestHandler { Open = connection => connection.Pause() };
        using PortListener listener = test.Listen(handler);
        using Socket client = TestClient.Connect(listener);
        client.Send("*"u8);
        Eventually.True(() => handler.Connection is not null, "the connection is open");
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        Eventually.True(() => !handler.Closed.IsEmpty, "the handler hears of the reset");
        Assert.Equal(0, handler.DataCalls);
    }

    [Fact]
    public void A_handler_that_throws_loses_its_own_connection_only()
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(_ => new TestHandler
        {
            Data = (connection, data) => data.Contains((byte)'!')
                ? throw new FormatException("as asked")
                : EchoTests.EchoLines(connection, data),
        });
        using Socket broken = TestClient.Connect(listener);
        using Socket other = TestClient.Connect(listener);
        other.Send("*1\n"u8);
        other.ReceiveExactly(3);
        broken.Send("*!"u8);
        broken.ExpectEnd();
        other.Send("*2\n"u8);
        Assert.Equal("*2\n"u8, other.ReceiveExactly(3));
        Assert.IsType<FormatException>(Assert.Single(test.Observer.HandlerFailures));
    }

    [Fact]
    public void A_broken_invariant_stops_the_loop_and_closes_what_it_held()
    {
        using var test = new TestLoop { ExpectsFatal = true };
        var handler = new TestHandler { Data = (_, _) => throw Invariant.Unreachable("as asked") };
        using PortListener listener = test.Listen(handler);
        using Socket client = TestClient.Connect(listener);
        client.Send("*"u8);
        client.ExpectEnd();
        Eventually.True(() => !test.Observer.Fatal.IsEmpty, "the host hears of it");
        Assert.IsType<InvariantViolationException>(Assert.Single(test.Observer.Fatal));
    }

    [Fact]
    public void A_loop_that_stops_tells_its_handlers_and_closes_its_connections()
    {
        var handler = new TestHandler();
        using var test = new TestLoop();
        using PortListener listener = test.Listen(handler);
        using Socket client = TestClient.Connect(listener);
        client.Send("*"u8);
        client.ReceiveExactly(1);
        test.Loop.Dispose();
        client.ExpectEnd();
        Assert.Equal([CloseReason.LoopStopped], handler.Closed);
        test.Loop.Post(new ActionWork(() => throw Invariant.Unreachable("a stopped loop runs nothing")));
    }

    [Fact]
    public void Output_of_a_closed_connection_is_dropped()
    {
        using var test = new TestLoop();
        var handler = new TestHandler();
        using PortListener listener = test.Listen(handler);
        using Socket client = TestClient.Connect(listener);
        client.Send("*"u8);
        client.ReceiveExactly(1);
        test.OnLoop(() =>
        {
            handler.Connection!.Abort();
            handler.Connection.Output.Write(new byte[100_000]);
            Assert.Equal(0, handler.Connection.PendingOutput);
        });
        client.ExpectEnd();
    }

    [Fact]
    public void An_attempt_to_connect_that_nobody_answers_is_told_with_its_error()
    {
        using var test = new TestLoop();
        var handler = new TestHandler();
        using PortListener listener = test.Listen(handler);
        IPEndPoint nobody = listener.EndPoints[0];
        listener.Dispose();
        test.OnLoop(() => test.Loop.Connect(nobody, handler));
        Eventually.True(() => handler.Closed.SequenceEqual([CloseReason.ConnectFailed]), "the attempt fails");
        Assert.Null(handler.Connection);
    }

    [Fact]
    public void Two_loops_talk_over_a_socket_that_was_attached()
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(_ => new TestHandler());
        byte[] got = [];
        var handler = new TestHandler
        {
            Open = connection => connection.Output.Write("*hello"u8),
            Data = (_, data) =>
            {
                Volatile.Write(ref got, data.ToArray());
                return 0;
            },
        };
        Socket socket = TestClient.Connect(listener);
        test.OnLoop(() => test.Loop.Attach(socket, handler));
        Eventually.True(() => Volatile.Read(ref got).AsSpan().SequenceEqual("*hello"u8), "the echo comes back");
    }
}
