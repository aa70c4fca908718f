using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Api;
using Holdfast.Cli.Bench.Connections;
using Holdfast.Cli.Bench.Measuring;
using Holdfast.Cli.Bench.Workload;
using Holdfast.Client;

namespace Holdfast.Cli.Tests.Bench;

public sealed class HttpBenchConnectionTests
{
    [Theory]
    [InlineData("""{"code":"overloaded","detail":"too much"}""", "overloaded", Outcome.NotApplied, "too much")]
    [InlineData("""{"code":"timeout","outcome":"unknown"}""", "timeout", Outcome.Unknown, "")]
    [InlineData("""{"outcome":"not-applied"}""", "http-503", Outcome.Unknown, "Odd")]
    [InlineData("""{"code":7}""", "http-503", Outcome.Unknown, "Odd")]
    [InlineData("""["code"]""", "http-503", Outcome.Unknown, "Odd")]
    [InlineData("""{"code":"\ud800"}""", "http-503", Outcome.Unknown, "Odd")]
    [InlineData("<html>", "http-503", Outcome.Unknown, "Odd")]
    [InlineData("", "http-503", Outcome.Unknown, "Odd")]
    public async Task A_refusal_is_what_the_problem_says_and_a_write_without_one_is_unknown(string body, string code, Outcome outcome, string detail)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task answering = AnswerAsync(listener, "503 Odd", body);
        await using var connection = new HttpBenchConnection(
            new Endpoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port), TimeSpan.FromSeconds(30));

        OperationResult result = await connection.ExecuteAsync(0, new BenchOperation(OperationKind.Increment, "k"u8.ToArray(), default, 0));

        await answering;
        Assert.Equal(OperationResult.Failed(code, outcome, detail), result);
    }

    private static async Task AnswerAsync(TcpListener listener, string status, string body)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        using var reader = new StreamReader(client.GetStream());
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
            // The request has a head alone.
        }

        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
    }
}
