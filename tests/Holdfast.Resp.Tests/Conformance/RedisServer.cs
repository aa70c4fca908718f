using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Resp.Tests.Conformance;

/// <summary>A fact that needs redis-server; skipped, with the reason, where it is not installed.</summary>
public sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute()
    {
        if (RedisServer.Program is null)
        {
            Skip = "redis-server is not installed";
        }
    }
}

/// <summary>A theory that needs redis-server; skipped, with the reason, where it is not installed.</summary>
public sealed class RedisTheoryAttribute : TheoryAttribute
{
    public RedisTheoryAttribute()
    {
        if (RedisServer.Program is null)
        {
            Skip = "redis-server is not installed";
        }
    }
}

/// <summary>A real Redis of its own, reached through a Unix socket in a temporary directory.</summary>
public sealed class RedisServer : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-resp").FullName;
    private readonly Process _process;

    public RedisServer()
    {
        ProcessStartInfo start = new(Program!) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _directory };
        foreach (string argument in new[] { "--port", "0", "--unixsocket", SocketPath, "--save", "", "--appendonly", "no", "--databases", "1" })
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    public static string? Program { get; } = new[] { "/usr/bin/redis-server", "/usr/local/bin/redis-server" }.FirstOrDefault(File.Exists);

    private string SocketPath => Path.Combine(_directory, "redis.sock");

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Connects, as soon as the server listens.</summary>
    public Socket Connect()
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 30_000 };
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
                return socket;
            }
            catch (SocketException) when (!_process.HasExited && waited.Elapsed < TimeSpan.FromSeconds(30))
            {
                socket.Dispose();
                Thread.Yield();
            }
        }
    }

    /// <summary>Sends input and reads until the text <paramref name="end"/>, which is not returned, or until the server closes.</summary>
    public static string Exchange(Socket socket, string input, string end)
    {
        socket.Send(Encoding.Latin1.GetBytes(input));
        StringBuilder output = new();
        byte[] buffer = new byte[65536];
        while (end.Length == 0 || !output.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            int read = socket.Receive(buffer);
            if (read == 0)
            {
                return output + "<closed>";
            }

            output.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return output.ToString()[..^end.Length];
    }
}
