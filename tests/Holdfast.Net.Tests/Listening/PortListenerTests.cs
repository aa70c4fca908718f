using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Net.Listening;
using Holdfast.Net.Loop;
using Holdfast.Net.Tests.Support;

namespace Holdfast.Net.Tests.Listening;

public sealed class PortListenerTests
{
    [Theory]
    [InlineData("*1\r\n$4\r\nPING\r\n", Protocol.Resp)]
    [InlineData("GET /x\r\n", Protocol.Resp)]
    [InlineData("HFP1P\x01\x01", Protocol.Peer)]
    [InlineData("HFP1C\x01", Protocol.NativeClient)]
    public void A_handler_of_the_right_protocol_gets_all_bytes_however_they_come(string text, Protocol expected)
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(protocol => protocol == expected ? new TestHandler() : null);
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        for (int split = 0; split < bytes.Length; split++)
        {
            using Socket client = TestClient.Connect(listener);
            client.Send(bytes.AsSpan(0, split));
            client.Send(bytes.AsSpan(split));
            Assert.Equal(bytes, client.ReceiveExactly(bytes.Length));
        }

        using Socket slow = TestClient.Connect(listener);
        foreach (byte one in bytes)
        {
            slow.Send([one]);
        }

        Assert.Equal(bytes, slow.ReceiveExactly(bytes.Length));
    }

    [Fact]
    public void Garbage_goes_to_the_resp_handler_and_harms_nobody()
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(protocol => protocol == Protocol.Resp
            ? new TestHandler { Data = (connection, data) => RefuseAll(connection, data) }
            : null);
        var random = new Random(3);
        for (int i = 0; i < 200; i++)
        {
            using Socket client = TestClient.Connect(listener);
            byte[] garbage = new byte[1 + random.Next(40_000)];
            random.NextBytes(garbage);
            garbage[0] = 0xFE;
            client.Send(garbage);
            Assert.Equal("-ERR\r\n"u8, client.ReceiveToEnd());
        }
    }

    [Fact]
    public void A_tls_handshake_is_refused_and_reported()
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(new TestHandler());
        using Socket client = TestClient.Connect(listener);
        client.Send([0x16, 0x03, 0x01]);
        client.ExpectEnd();
        Assert.Equal([RefusalReason.TlsNotSupported], test.Observer.Refusals);
    }

    [Fact]
    public void A_port_for_one_protocol_refuses_the_others_in_their_own_words()
    {
        using var test = new TestLoop();
        using PortListener peers = test.Listen(_ => new TestHandler(), only: new HashSet<Protocol> { Protocol.Peer });
        using Socket resp = TestClient.Connect(peers);
        resp.Send("*1\r\n$4\r\nPING\r\n"u8);
        Assert.StartsWith("-ERR this port does not serve", Encoding.ASCII.GetString(resp.ReceiveToEnd()), StringComparison.Ordinal);
        using Socket http = TestClient.Connect(peers);
        http.Send("GET / HTTP/1.1\r\n\r\n"u8);
        Assert.StartsWith("HTTP/1.1 421 ", Encoding.ASCII.GetString(http.ReceiveToEnd()), StringComparison.Ordinal);
        using Socket peer = TestClient.Connect(peers);
        peer.Send("HFP1P"u8);
        Assert.Equal("HFP1P"u8, peer.ReceiveExactly(5));
        Assert.Equal([RefusalReason.ProtocolNotServed, RefusalReason.ProtocolNotServed], test.Observer.Refusals);
    }

    [Fact]
    public void Connections_above_the_limit_are_refused_until_others_have_gone()
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(_ => new TestHandler(), maxConnections: 2);
        Socket first = EchoingClient(listener);
        using Socket second = EchoingClient(listener);
        using Socket third = TestClient.Connect(listener);
        third.Send("*"u8);
        Assert.Equal("-ERR max number of clients reached\r\n"u8, third.ReceiveToEnd());
        using Socket http = TestClient.Connect(listener);
        http.Send("GET / HTTP/1.1\r\n\r\n"u8);
        Assert.StartsWith("HTTP/1.1 503 ", Encoding.ASCII.GetString(http.ReceiveToEnd()), StringComparison.Ordinal);
        Assert.All(test.Observer.Refusals, reason => Assert.Equal(RefusalReason.TooManyConnections, reason));

        third.Dispose();
        http.Dispose();
        first.Dispose();
        Eventually.True(() => listener.Connections == 1, "the others are counted out");
        using Socket fourth = EchoingClient(listener);
    }

    [Fact]
    public void A_client_that_says_nothing_is_closed_in_the_end()
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(_ => new TestHandler(), silenceMicros: 1000);
        using Socket silent = TestClient.Connect(listener);
        silent.ExpectEnd();
        using Socket hesitant = TestClient.Connect(listener);
        hesitant.Send("GET /"u8);
        hesitant.ExpectEnd();
        Assert.Equal([RefusalReason.Silent, RefusalReason.Silent], test.Observer.Refusals);
        Eventually.True(() => listener.Connections == 0, "they are counted out");
    }

    [Fact]
    public void A_client_that_leaves_before_it_says_what_it_speaks_is_forgotten()
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(_ => new TestHandler());
        using Socket client = TestClient.Connect(listener);
        client.Send("GET /"u8);
        client.Shutdown(SocketShutdown.Send);
        client.ExpectEnd();
        Eventually.True(() => listener.Connections == 0, "it is counted out");
        Assert.Empty(test.Observer.Refusals);
    }

    [Fact]
    public void Both_loopback_addresses_are_served_on_one_port()
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(_ => new TestHandler());
        Assert.Single(listener.EndPoints.Select(endPoint => endPoint.Port).Distinct());
        foreach (IPEndPoint endPoint in listener.EndPoints)
        {
            using Socket client = TestClient.Connect(endPoint);
            client.Send("*"u8);
            client.ReceiveExactly(1);
        }
    }

    [Fact]
    public void A_port_in_use_is_an_error_that_names_the_address()
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(_ => new TestHandler());
        int port = listener.EndPoints[0].Port;
        var failure = Assert.Throws<SocketException>(() => test.Listen(_ => new TestHandler(), port));
        Assert.Equal(SocketError.AddressAlreadyInUse, failure.SocketErrorCode);
        Assert.Contains($"127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_can_be_bound_again_at_once_while_old_connections_live_on()
    {
        using var test = new TestLoop();
        PortListener before = test.Listen(_ => new TestHandler());
        using Socket old = EchoingClient(before);
        before.Dispose();
        Assert.Throws<SocketException>(() => TestClient.Connect(before));
        using PortListener after = test.Listen(_ => new TestHandler(), before.EndPoints[0].Port);
        using Socket fresh = EchoingClient(after);
        old.Send("*"u8);
        Assert.Equal("*"u8, old.ReceiveExactly(1));
    }

    [Fact]
    public void A_listener_can_be_closed_before_its_loop_runs_and_after_it_has_stopped()
    {
        var observer = new RecordingObserver();
        var loop = new EventLoop(new EventLoopOptions { Observer = observer });
        var options = new ListenerOptions { Addresses = ListenerOptions.AddressesFor(null, 0), Handlers = _ => null };
        PortListener early = PortListener.Open(loop, options);
        early.Dispose();
        PortListener late = PortListener.Open(loop, options);
        loop.Start();
        loop.Dispose();
        late.Dispose();
        Assert.Throws<SocketException>(() => TestClient.Connect(late));
        Assert.Empty(observer.Fatal);
    }

    private static Socket EchoingClient(PortListener listener)
    {
        Socket client = TestClient.Connect(listener);
        client.Send("*"u8);
        client.ReceiveExactly(1);
        return client;
    }

    private static int RefuseAll(LoopConnection connection, ReadOnlySpan<byte> data)
    {
        "-ERR\r\n"u8.CopyTo(connection.Output.GetSpan(6));
        connection.Output.Advance(6);
        connection.Close();
        return data.Length;
    }
}
