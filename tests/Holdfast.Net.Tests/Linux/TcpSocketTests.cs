using System.Net;
using System.Net.Sockets;
using Holdfast.Net.Linux;
using Holdfast.Net.Tests.Support;

namespace Holdfast.Net.Tests.Linux;

public sealed class TcpSocketTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void An_accepted_socket_sends_at_once_and_watches_for_a_dead_client(string address)
    {
        int listener = TcpSocket.Listen(new IPEndPoint(IPAddress.Parse(address), 0), backlog: 1, out IPEndPoint bound);
        using Socket client = TestClient.Connect(bound);
        int fd = TcpSocket.Accept(listener, out IPEndPoint? remote);
        TcpSocket.Close(listener);
        using var accepted = new Socket(new SafeSocketHandle(fd, ownsHandle: true));
        Assert.True(accepted.NoDelay);
        Assert.NotEqual(0, accepted.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        Assert.Equal(client.LocalEndPoint, remote);
    }

    [Fact]
    public void A_socket_that_reached_itself_is_recognized()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Connect(socket.LocalEndPoint!);
        Assert.True(TcpSocket.IsSelfConnected((int)socket.Handle));
    }

    [Fact]
    public void Two_ends_of_a_connection_are_not_taken_for_one()
    {
        int listener = TcpSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0), backlog: 1, out IPEndPoint bound);
        using Socket client = TestClient.Connect(bound);
        TcpSocket.Close(listener);
        Assert.False(TcpSocket.IsSelfConnected((int)client.Handle));
    }
}
