using System.Text.Json;
using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.Tools;

/// <summary>The program's own commands against a running cluster: what they print, and their exit status.</summary>
[Collection(SteadyCluster.Name)]
public sealed class CommandLineTests(SteadyCluster steady)
{
    [Fact]
    public async Task The_commands_of_the_store_do_what_they_say()
    {
        await SaysAsync("created, revision", "put", "cli/a", "one");
        await SaysAsync("replaced, revision", "put", "cli/a", "two");
        await SaysAsync("length 5, revision", "append", "cli/a", "++");
        Assert.Equal("two++\n", (await RunAsync(0, "get", "cli/a")).Out);
        Assert.Equal("two++", (await RunAsync(0, "get", "cli/a", "--raw")).Out);
        Assert.Equal("5\n", (await RunAsync(0, "incr", "cli/n", "5")).Out);
        Assert.Equal("6\n", (await RunAsync(0, "incr", "cli/n")).Out);
        Assert.Equal("cli/a\ttwo++\ncli/n\t6\n", (await RunAsync(0, "list", "cli/")).Out);
        await SaysAsync("deleted, revision", "delete", "cli/a");
        await SaysAsync("1 deleted", "clear", "cli/");
        Assert.Equal(string.Empty, (await RunAsync(0, "list", "cli/")).Out);
    }

    [Fact]
    public async Task A_failure_is_one_line_on_standard_error_and_an_exit_status()
    {
        Assert.Contains("absent", await FailsAsync(1, "get", "cli-none"), StringComparison.Ordinal);
        Assert.Contains("absent", await FailsAsync(1, "delete", "cli-none"), StringComparison.Ordinal);
        await RunAsync(0, "put", "cli-text", "text");
        Assert.Contains("not-an-integer", await FailsAsync(1, "incr", "cli-text"), StringComparison.Ordinal);
        Assert.Contains("revision", await FailsAsync(1, "put", "cli-text", "x", "--if-absent"), StringComparison.Ordinal);
        Ended unreachable = await Tool.HoldfastAsync(["get", "key", "--endpoint", $"localhost:{FreePorts.Take(1)}"]);
        Assert.Equal(1, unreachable.Status);
        Assert.Contains("no node could be reached", Assert.Single(unreachable.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal(2, (await Tool.HoldfastAsync(["nonsense"])).Status);
        Assert.Equal(2, (await Tool.HoldfastAsync(["put", "a", "b", "--no-such-option"])).Status);
    }

    [Fact]
    public async Task Status_names_the_nodes_and_a_leader_for_every_partition()
    {
        using JsonDocument status = JsonDocument.Parse((await RunAsync(0, "status", "--json")).Out);
        Assert.Equal(3, status.RootElement.GetProperty("nodes").GetArrayLength());
        JsonElement[] partitions = [.. status.RootElement.GetProperty("partitions").EnumerateArray()];
        Assert.Equal(16, partitions.Length);
        Assert.All(partitions, partition => Assert.InRange(partition.GetProperty("leader").GetInt32(), 0, 2));
        string text = (await RunAsync(0, "status")).Out;
        Assert.All(steady.Nodes.Ids, id => Assert.Contains(steady.Nodes.AddressOf(id), text, StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public async Task The_shell_takes_commands_from_a_pipe()
    {
        Ended ended = await steady.Nodes.HoldfastAsync(
            1, ["shell"], "put 'cli shell' 'a value'\nget 'cli shell'\nget cli-none\ndelete 'cli shell'\nexit\nput never reached\n");
        Assert.Equal(1, ended.Status);
        Assert.Equal(3, ended.Lines.Length);
        Assert.Equal("a value", ended.Lines[1]);
        Assert.Contains("absent", Assert.Single(ended.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Null(await steady.Nodes.Clients[0].GetAsync("never"));
    }

    private async Task<Ended> RunAsync(int status, params string[] arguments)
    {
        Ended ended = await steady.Nodes.HoldfastAsync(null, arguments);
        Assert.True(ended.Status == status, $"{string.Join(' ', arguments)}: {ended}");
        return ended;
    }

    private async Task SaysAsync(string start, params string[] arguments) =>
        Assert.StartsWith(start, (await RunAsync(0, arguments)).Out, StringComparison.Ordinal);

    private async Task<string> FailsAsync(int status, params string[] arguments)
    {
        Ended ended = await RunAsync(status, arguments);
        Assert.Equal(string.Empty, ended.Out);
        return Assert.Single(ended.Error.TrimEnd().Split('\n'));
    }
}
