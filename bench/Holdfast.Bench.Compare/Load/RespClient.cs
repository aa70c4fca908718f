using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Bench.Compare.Load;

/// <summary>One connection that speaks RESP2, for what is loaded before and checked after. Not thread-safe.</summary>
internal sealed class RespClient : IDisposable
{
    private const int LoadBatch = 500;
    private readonly TcpClient _connection;
    private readonly StreamReader _replies;

    private RespClient(TcpClient connection)
    {
        _connection = connection;
        _replies = new StreamReader(connection.GetStream(), Encoding.Latin1); // A character is a byte.
    }

    /// <summary>The keys as redis-benchmark names them.</summary>
    public static string KeyOf(int number) => number.ToString("'key:'000000000000", CultureInfo.InvariantCulture);

    public static async Task<RespClient> ConnectAsync(int port, CancellationToken stop)
    {
        var connection = new TcpClient(AddressFamily.InterNetwork) { NoDelay = true };
        try
        {
            await connection.ConnectAsync(IPAddress.Loopback, port, stop);
            return new RespClient(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The reply to one command, as text; empty when it is null.</summary>
    /// <exception cref="BenchmarkException">The reply is an error.</exception>
    public async Task<string> AskAsync(CancellationToken stop, params string[] command)
    {
        await SendAsync(Encode(new StringBuilder(), command), stop);
        return await ReadAsync(stop);
    }

    /// <summary>Sets every key once.</summary>
    public async Task LoadAsync(int keys, CancellationToken stop)
    {
        string value = new('v', Scale.ValueBytes);
        foreach (int[] batch in Enumerable.Range(0, keys).Chunk(LoadBatch))
        {
            var commands = new StringBuilder();
            foreach (int number in batch)
            {
                Encode(commands, "SET", KeyOf(number), value);
            }

            await SendAsync(commands, stop);
            foreach (int number in batch)
            {
                if (await ReadAsync(stop) is var reply and not "OK")
                {
                    throw new BenchmarkException($"SET {KeyOf(number)} was answered with '{reply}'");
                }
            }
        }
    }

    public void Dispose()
    {
        _replies.Dispose();
        _connection.Dispose();
    }

    private static StringBuilder Encode(StringBuilder target, params string[] command)
    {
        target.Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (string argument in command)
        {
            target.Append(CultureInfo.InvariantCulture, $"${argument.Length}\r\n{argument}\r\n");
        }

        return target;
    }

    private async Task SendAsync(StringBuilder commands, CancellationToken stop) =>
        await _connection.GetStream().WriteAsync(Encoding.Latin1.GetBytes(commands.ToString()), stop);

    private async Task<string> ReadAsync(CancellationToken stop)
    {
        string line = await _replies.ReadLineAsync(stop) ?? throw new EndOfStreamException("the server closed the connection");
        if (line is "$-1")
        {
            return string.Empty;
        }

        return line[0] switch
        {
            '+' or ':' => line[1..],
            '$' => await BulkAsync(int.Parse(line[1..], CultureInfo.InvariantCulture), stop),
            _ => throw new BenchmarkException($"the server answered '{line}'"),
        };
    }

    private async Task<string> BulkAsync(int length, CancellationToken stop)
    {
        char[] bulk = new char[length + 2];
        return await _replies.ReadBlockAsync(bulk, stop) == bulk.Length
            ? new string(bulk, 0, length)
            : throw new EndOfStreamException("the server closed the connection within a reply");
    }
}
