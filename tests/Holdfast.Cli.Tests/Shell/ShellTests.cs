using Holdfast.Api;
using Holdfast.Cli.Tests.Support;
using Holdfast.Client;

namespace Holdfast.Cli.Tests.Shell;

public sealed class ShellTests
{
    [Fact]
    public async Task Lines_from_a_pipe_are_run_over_one_client_until_exit()
    {
        var cli = new CliRun { Input = "# a comment\nput 'my key' \"a b\"\n\nget \"my key\"\nincr n 5\nlist\nexit\nput after exit\n" };

        Assert.Equal(0, await cli.RunAsync("shell", "--endpoint", "a:1"));
        Assert.Equal("created, revision 1\na b\n5\nmy key\ta b\nn\t5\n", cli.Output);
        Assert.Single(cli.Connected);
        Assert.Equal(1, cli.Client.Disposals);
        Assert.False(cli.Client.Text().ContainsKey("after"));
    }

    [Fact]
    public async Task A_line_that_fails_is_told_the_rest_is_run_and_the_whole_fails()
    {
        var cli = new CliRun { Input = "get nothing\nnonsense\nput \"k\nput k v\n" };

        Assert.Equal(1, await cli.RunAsync("shell"));
        string[] errors = cli.Error.TrimEnd().Split('\n');
        Assert.Equal(3, errors.Length);
        Assert.Contains("absent", errors[0], StringComparison.Ordinal);
        Assert.Contains("no command 'nonsense'", errors[1], StringComparison.Ordinal);
        Assert.Contains("not closed", errors[2], StringComparison.Ordinal);
        Assert.Equal("v", cli.Client.Text()["k"]);
    }

    [Fact]
    public async Task A_command_may_name_another_endpoint()
    {
        var cli = new CliRun { Input = "get k --endpoint b:2\n" };

        await cli.RunAsync("shell", "--endpoint", "a:1");

        Assert.Equal(["a:1", "b:2"], cli.Connected.Select(o => o.Endpoints[0].ToString()));
    }

    [Fact]
    public async Task Help_lists_the_commands_and_explains_one()
    {
        var cli = new CliRun { Input = "help\nhelp incr\n" };

        Assert.Equal(0, await cli.RunAsync("shell"));
        Assert.Contains("append", cli.Output, StringComparison.Ordinal);
        Assert.Contains("How much to add", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_tab_completes_commands_and_keys()
    {
        var terminal = new FakeTerminal("ap\tus\t!\r", "exit\r");
        var cli = new CliRun { Terminal = terminal };
        await cli.Client.PutAsync("user/42"u8.ToArray(), "hello"u8.ToArray());

        Assert.Equal(0, await cli.RunAsync("shell"));
        Assert.Equal("hello!", cli.Client.Text()["user/42"]);
        Assert.Contains("holdfast> ", terminal.Written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_offers_nothing_when_the_cluster_does_not_answer()
    {
        var cli = new CliRun { Terminal = new FakeTerminal("get k\t\r", "exit\r") };
        cli.Client.Failure = new HoldfastException(new Fault(FaultCode.Timeout, Outcome.NotApplied, "nobody"));

        Assert.Equal(0, await cli.RunAsync("shell"));
        Assert.Contains("error: timeout: nobody", cli.Error, StringComparison.Ordinal);
    }
}
