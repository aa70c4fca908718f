using Holdfast.Cli.Tests.Support;

namespace Holdfast.Cli.Tests.Commands;

public sealed class UsageTests
{
    [Theory]
    [InlineData("a command is missing")]
    [InlineData("no command 'gte'", "gte", "k")]
    [InlineData("Required argument", "get")]
    [InlineData("'surplus'", "get", "k", "surplus")]
    [InlineData("--nonsense", "get", "k", "--nonsense")]
    [InlineData("the value is missing", "put", "k")]
    [InlineData("not both", "put", "k", "v", "--file", "f")]
    [InlineData("--ttl: '30' is not a length of time", "put", "k", "v", "--ttl", "30")]
    [InlineData("exclude each other", "put", "k", "v", "--if-absent", "--if-revision", "1")]
    [InlineData("'x' is not a revision", "put", "k", "v", "--if-revision", "x")]
    [InlineData("'x' is not an integer", "incr", "k", "x")]
    [InlineData("'9223372036854775808' is not an integer", "incr", "k", "9223372036854775808")]
    [InlineData("'-1' is not a number", "list", "--limit", "-1")]
    [InlineData("'nowhere' is not a list of HOST:PORT", "get", "k", "--endpoint", "nowhere")]
    [InlineData("'5' is not a time", "get", "k", "--timeout", "5")]
    [InlineData("'0' is not a port", "server", "--port", "0")]
    [InlineData("'2' is not an odd number", "server", "--replicas", "2")]
    [InlineData("1 to 1024", "server", "--partitions", "1025")]
    [InlineData("--join is not in this version yet", "server", "--join", "localhost:8000")]
    [InlineData("--zone is not in this version yet", "server", "--zone", "a")]
    [InlineData("add --insecure", "server", "--bind", "0.0.0.0")]
    [InlineData("take a lower one", "dev", "--port", "65534")]
    [InlineData("a watch stops after 1 event or more", "watch", "--limit", "0")]
    [InlineData("'63k' is not a number of bytes from 64KiB on", "server", "--watch-history", "63k")]
    [InlineData("'64MiB,soon' is not a number of bytes", "server", "--watch-history", "64MiB,soon")]
    [InlineData("'node' is not in this version yet", "node", "list")]
    [InlineData("'z' is not 'a' to 'f'", "bench", "--workload", "z")]
    [InlineData("'udp' is not 'resp'", "bench", "--protocol", "udp")]
    [InlineData("'0' is not a number of operations", "bench", "--rate", "0")]
    [InlineData("'0' is not a number from 1 to 4096", "bench", "--clients", "0")]
    [InlineData("'5' is not a time", "bench", "--warmup", "5")]
    [InlineData("'normal' is not 'uniform'", "bench", "--distribution", "normal")]
    [InlineData("'x' is not a number from 0 on", "bench", "--seed", "x")]
    [InlineData("the Redis protocol can't", "bench", "--workload", "e")]
    [InlineData("raise --clients", "bench", "--protocol", "http", "--pipeline", "2")]
    [InlineData("the most is 65536", "bench", "--clients", "4096", "--pipeline", "1024")]
    [InlineData("exclude each other", "bench", "--load", "--skip-load")]
    [InlineData("can't read the configuration", "get", "k", "--config", "/nonexistent/file")]
    public async Task Bad_usage_is_exit_status_2_and_one_line_that_says_what(string what, params string[] arguments)
    {
        var cli = new CliRun();

        Assert.Equal(2, await cli.RunAsync(arguments));
        string line = Assert.Single(cli.Error.TrimEnd().Split('\n'));
        Assert.StartsWith("holdfast: ", line, StringComparison.Ordinal);
        Assert.Contains(what, line, StringComparison.Ordinal);
        Assert.Equal(string.Empty, cli.Output);
        Assert.Empty(cli.Client.Text());
    }

    [Fact]
    public async Task Help_is_printed_and_is_exit_status_0()
    {
        var cli = new CliRun();

        Assert.Equal(0, await cli.RunAsync("--help"));
        Assert.Equal(0, await cli.RunAsync("server", "--help"));
        Assert.Contains("import", cli.Output, StringComparison.Ordinal);
        Assert.Contains("--max-value-bytes", cli.Output, StringComparison.Ordinal);
    }
}
