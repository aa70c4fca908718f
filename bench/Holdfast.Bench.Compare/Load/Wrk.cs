using System.Globalization;
using System.Text.RegularExpressions;
using Holdfast.Bench.Compare.Tools;

namespace Holdfast.Bench.Compare.Load;

/// <summary>wrk with one thread: reads keys at random over HTTP/1.1 with keep-alive from one node.</summary>
internal sealed partial class Wrk(int port, string directory, int keys) : ILoadGenerator
{
    public string Description => $"wrk, port {port}";

    public async Task<LoadResult> RunAsync(LoadShape shape, Amount amount, CancellationToken stop)
    {
        string script = Path.Combine(directory, "keys.lua");
        await File.WriteAllTextAsync(
            script,
            $"request = function() return wrk.format('GET', string.format('/v1/kv/key:%012d', math.random(0, {keys - 1}))) end\n",
            stop);
        Ended ended = (await Tool.RunAsync(
            new Command(
                "wrk",
                [
                    "-t1", $"-c{shape.Clients}", $"-d{Math.Ceiling(amount.Time.TotalSeconds)}s", "--latency",
                    "-s", script, $"http://127.0.0.1:{port}",
                ]),
            stop)).Succeeded();
        if (ended.Out.Contains("Non-2xx", StringComparison.Ordinal) || ended.Out.Contains("Socket errors", StringComparison.Ordinal))
        {
            throw ended.Failure("a request was answered with an error");
        }

        return new LoadResult(
            long.Parse(Field(ended, Requests()), CultureInfo.InvariantCulture),
            double.Parse(Field(ended, Rate()), CultureInfo.InvariantCulture),
            Milliseconds(Field(ended, Median())),
            Milliseconds(Field(ended, Tail())));
    }

    private static string Field(Ended ended, Regex pattern) =>
        pattern.Match(ended.Out) is { Success: true } found ? found.Groups["value"].Value : throw ended.Failure($"printed no '{pattern}'");

    /// <summary>A time as wrk prints it, with its unit.</summary>
    private static double Milliseconds(string time)
    {
        string number = time.TrimEnd('u', 'm', 's');
        double factor = time[number.Length..] switch
        {
            "us" => 0.001,
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            _ => throw new BenchmarkException($"wrk printed '{time}' as a time"),
        };
        return double.Parse(number, CultureInfo.InvariantCulture) * factor;
    }

    [GeneratedRegex(@"(?<value>\d+) requests in", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Requests();

    [GeneratedRegex(@"Requests/sec:\s+(?<value>[\d.]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rate();

    [GeneratedRegex(@"\s50%\s+(?<value>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Median();

    [GeneratedRegex(@"\s99%\s+(?<value>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tail();
}
