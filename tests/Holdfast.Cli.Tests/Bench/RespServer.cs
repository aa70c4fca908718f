using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Client;

namespace Holdfast.Cli.Tests.Bench;

/// <summary>A listener on loopback that answers each command with what a function gives; null closes the connection, empty says nothing.</summary>
internal sealed class RespServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Func<string, string?> _answer;
    private readonly Task _accepting;

    public RespServer(Func<string, string?> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Endpoint Endpoint => new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);

    public int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _accepting;
        _listener.Stop();
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_over.Token);
                Connections++;
                serving.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
                while (await ReadCommandAsync(reader) is { } command && _answer(command) is { } answer)
                {
                    await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(answer), _over.Token);
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The other side, or the test, is over.
            }
        }
    }

    /// <summary>A command's words; null at the end.</summary>
    private async Task<string?> ReadCommandAsync(StreamReader reader)
    {
        if (await reader.ReadLineAsync(_over.Token) is not { } head)
        {
            return null;
        }

        var words = new string[int.Parse(head.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)];
        for (int i = 0; i < words.Length; i++)
        {
            await reader.ReadLineAsync(_over.Token);
            words[i] = await reader.ReadLineAsync(_over.Token) ?? string.Empty;
        }

        return string.Join(' ', words);
    }
}
