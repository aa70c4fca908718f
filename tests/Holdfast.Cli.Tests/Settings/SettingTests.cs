using System.Net;
using Holdfast.Cli.Tests.Support;
using Holdfast.Client;
using Holdfast.Server;

namespace Holdfast.Cli.Tests.Settings;

public sealed class SettingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly CliRun _cli = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_flag_comes_before_a_variable_before_the_file_before_the_default()
    {
        string file = _directory.Write("c.json", """{ "port": 3, "id": 3, "partitions": 3, }""");
        _cli.Variables["HOLDFAST_PORT"] = "2";
        _cli.Variables["HOLDFAST_ID"] = "2";

        await _cli.RunAsync("server", "--port", "1", "--config", file);

        Assert.Equal((1, 2u, 3, 3), (_cli.Server!.Port, _cli.Server.Id, _cli.Server.Partitions, _cli.Server.Replicas));
    }

    [Fact]
    public async Task Without_any_setting_a_server_is_a_cluster_of_one_on_loopback()
    {
        Assert.Equal(0, await _cli.RunAsync("server"));

        ServerOptions server = _cli.Server!;
        string data = Path.Combine("data", "node-0");
        Assert.Equal(new ServerOptions { Data = data, Peers = server.Peers, AllowedHosts = server.AllowedHosts }, server);
        Assert.Empty(server.Peers);
        Assert.Null(server.Bind);
        Assert.True(server.Fsync);
        Assert.True(server.IdlePoll);
    }

    [Fact]
    public async Task Every_setting_of_a_server_is_read()
    {
        Assert.Equal(0, await _cli.RunAsync(
            "server", "--id", "4", "--port", "8004", "--peers", "a:1,[::1]:2", "--data", "d", "--partitions", "64", "--replicas", "5",
            "--partition-by", "first-level", "--bind", "0.0.0.0", "--insecure", "--advertise", "me:9", "--engines", "2",
            "--read-mode", "lease", "--max-clock-drift", "7",
            "--fsync", "off", "--idle-poll", "off", "--max-memory", "2GiB", "--max-value-bytes", "1024", "--watch-history", "8MiB,2m", "--http-port", "81", "--resp-port", "82",
            "--peer-port", "83",
            "--allowed-hosts", "x,y", "--max-keys-reply", "10"));

        ServerOptions server = _cli.Server!;
        Assert.Equal([new Endpoint("a", 1), new Endpoint("::1", 2)], server.Peers);
        Assert.Equal(["x", "y"], server.AllowedHosts);
        Assert.Equal(
            new ServerOptions
            {
                Id = 4,
                Port = 8004,
                Peers = server.Peers,
                Data = "d",
                Partitions = 64,
                Replicas = 5,
                PartitionBy = PartitionBy.FirstLevel,
                Bind = IPAddress.Any,
                Insecure = true,
                Advertise = new Endpoint("me", 9),
                Engines = 2,
                ReadMode = ReadMode.Lease,
                MaxClockDriftPercent = 7,
                Fsync = false,
                IdlePoll = false,
                MaxMemoryBytes = 2L << 30,
                MaxValueBytes = 1024,
                WatchHistory = new WatchHistory(8L << 20, TimeSpan.FromMinutes(2)),
                HttpPort = 81,
                RespPort = 82,
                PeerPort = 83,
                AllowedHosts = server.AllowedHosts,
                MaxKeysReply = 10,
            },
            server);
    }

    [Fact]
    public async Task Lists_and_booleans_may_be_written_as_json_is()
    {
        string file = _directory.Write("c.json", """
            {
              // A comment.
              "peers": ["a:1", "b:2"], "bind": "0.0.0.0", "insecure": true, "fsync": "off", "data": null
            }
            """);

        Assert.Equal(0, await _cli.RunAsync("server", "--config", file));
        Assert.Equal([new Endpoint("a", 1), new Endpoint("b", 2)], _cli.Server!.Peers);
        Assert.Equal((true, false), (_cli.Server.Insecure, _cli.Server.Fsync));
    }

    [Theory]
    [InlineData("""{"prot": 8000}""", "\"prot\" is no setting")]
    [InlineData("""{"port": "x"}""", "\"port\": 'x' is not a port")]
    [InlineData("""[]""", "one JSON object")]
    [InlineData("""{"port": """, "can't read the configuration")]
    [InlineData("""{"zone": "a"}""", "is not in this version yet")]
    public async Task A_wrong_configuration_is_named_and_nothing_starts(string text, string what)
    {
        string file = _directory.Write("c.json", text);
        _cli.Variables["HOLDFAST_CONFIG"] = file;

        Assert.Equal(2, await _cli.RunAsync("server"));
        Assert.Null(_cli.Server);
        Assert.Contains(what, _cli.Error, StringComparison.Ordinal);
        Assert.Contains(file, _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_can_not_be_read_is_named()
    {
        _cli.Variables["HOLDFAST_MAX_MEMORY"] = "lots";

        Assert.Equal(2, await _cli.RunAsync("server"));
        Assert.Contains("HOLDFAST_MAX_MEMORY: 'lots' is not a number of bytes", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_endpoint_is_localhost_8000_unless_set()
    {
        await _cli.RunAsync("list");
        _cli.Variables["HOLDFAST_ENDPOINT"] = "a:1,b:2";
        await _cli.RunAsync("list");
        await _cli.RunAsync("list", "--endpoint", "c:3", "--timeout", "1m");

        Assert.Equal([new Endpoint("localhost", 8000)], _cli.Connected[0].Endpoints);
        Assert.Equal([new Endpoint("a", 1), new Endpoint("b", 2)], _cli.Connected[1].Endpoints);
        Assert.Equal([new Endpoint("c", 3)], _cli.Connected[2].Endpoints);
        Assert.Equal(TimeSpan.FromMinutes(1), _cli.Connected[2].Timeout);
    }

    [Fact]
    public async Task Dev_takes_its_defaults_from_the_contract()
    {
        await _cli.RunAsync("dev");
        Assert.Equal(new DevOptions { Nodes = 3, Port = 8000, Data = "data", Partitions = 16 }, _cli.Dev);

        await _cli.RunAsync("dev", "--nodes", "5", "--port", "9000", "--resp-cluster-port", "9100", "--data", "d", "--partitions", "4");
        Assert.Equal(new DevOptions { Nodes = 5, Port = 9000, RespClusterPort = 9100, Data = "d", Partitions = 4 }, _cli.Dev);
    }

    [Theory]
    [InlineData("17000", 17000)]
    [InlineData("off", 0)]
    [InlineData("0", 0)]
    public async Task The_cluster_port_may_be_moved_or_turned_off(string text, int expected)
    {
        await _cli.RunAsync("server", "--resp-cluster-port", text);
        Assert.Equal(expected, _cli.Server!.RespClusterPort);

        _cli.Variables["HOLDFAST_RESP_CLUSTER_PORT"] = text;
        await _cli.RunAsync("server");
        Assert.Equal(expected, _cli.Server!.RespClusterPort);
    }

    [Fact]
    public async Task A_cluster_port_does_not_go_with_partitions_by_the_first_level()
    {
        Assert.Equal(2, await _cli.RunAsync("server", "--partition-by", "first-level", "--resp-cluster-port", "17000"));
        Assert.Contains("--resp-cluster-port does not go with --partition-by first-level", _cli.Error, StringComparison.Ordinal);
        Assert.Null(_cli.Server);
    }
}
