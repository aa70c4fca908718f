using System.Net.Sockets;
using System.Text;

namespace Holdfast.EndToEnd.Harness;

/// <summary>A connection that sends whatever bytes a test wants.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private RawConnection()
    {
    }

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync("127.0.0.1", port);
        return connection;
    }

    /// <summary>Sends all; false when the other side closed before it took them.</summary>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await _socket.SendAsync(bytes)..];
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public Task<bool> SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Says that no more will come.</summary>
    public void EndOutput()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The other side was quicker.
        }
    }

    /// <summary>All that comes until the other side closes.</summary>
    public Task<string> ReadToEndAsync() => ReadAsync(_ => false);

    /// <summary>What comes until it contains the text, or the other side closes.</summary>
    public Task<string> ReadUntilAsync(string text) => ReadAsync(received => received.Contains(text, StringComparison.Ordinal));

    public void Dispose() => _socket.Dispose();

    private async Task<string> ReadAsync(Func<string, bool> isEnough)
    {
        using var bound = new CancellationTokenSource(Patience.Bound);
        var received = new StringBuilder();
        byte[] buffer = new byte[4096];
        try
        {
            while (!isEnough(received.ToString()) && await _socket.ReceiveAsync(buffer, bound.Token) is > 0 and int count)
            {
                received.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // Reset is a way to close.
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException($"neither answered nor closed after: {received}", late);
        }

        return received.ToString();
    }
}
