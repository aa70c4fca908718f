using System.Text;
using Holdfast.Api;
using Holdfast.Cli.Tests.Support;
using Holdfast.Client;
using Holdfast.Primitives;

namespace Holdfast.Cli.Tests.Commands;

public sealed class StoreCommandTests
{
    private readonly CliRun _cli = new();

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("365d", 31_536_000_000)]
    public async Task A_put_says_how_long_the_key_is_to_live(string text, long milliseconds)
    {
        Assert.Equal(0, await _cli.RunAsync("put", "k", "v", "--ttl", text));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), _cli.Client.LastTimeToLive);
    }

    [Fact]
    public async Task Put_get_append_and_delete_print_what_they_did()
    {
        Assert.Equal(0, await _cli.RunAsync("put", "k", "v"));
        Assert.Equal(0, await _cli.RunAsync("put", "k", "w"));
        Assert.Equal(0, await _cli.RunAsync("append", "k", "xyz"));
        Assert.Equal(0, await _cli.RunAsync("get", "k"));
        Assert.Equal(0, await _cli.RunAsync("delete", "k"));

        Assert.Equal("created, revision 1\nreplaced, revision 2\nlength 4, revision 3\nwxyz\ndeleted, revision 4\n", _cli.Output);
        Assert.Equal(string.Empty, _cli.Error);
        Assert.Equal(5, _cli.Client.Disposals);
    }

    [Fact]
    public async Task Json_answers_are_those_of_the_http_api()
    {
        await _cli.RunAsync("put", "k", "é\"", "--json");
        await _cli.RunAsync("append", "k", "!", "--json");
        await _cli.RunAsync("get", "k", "--json");
        await _cli.RunAsync("incr", "n", "--json");
        await _cli.RunAsync("delete", "k", "--json");
        await _cli.RunAsync("clear", "--json");

        string[] expected =
        [
            """{"revision":1,"created":true}""",
            """{"revision":2,"length":4,"created":false}""",
            """{"key":"k","value":"é\"!","encoding":"utf8","revision":2,"ttl":null}""",
            """{"revision":3,"value":1}""",
            """{"deleted":1,"revision":4}""",
            """{"deleted":1}""",
        ];
        Assert.Equal(expected, _cli.Output.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("get", "k")]
    [InlineData("delete", "k")]
    public async Task An_absent_key_is_exit_status_1_and_one_line_on_standard_error(params string[] arguments)
    {
        Assert.Equal(1, await _cli.RunAsync(arguments));
        Assert.Equal("holdfast: the key 'k' is absent", _cli.Error.TrimEnd());
        Assert.Equal(string.Empty, _cli.Output);
    }

    [Fact]
    public async Task Get_writes_the_bytes_as_they_are_and_the_newline_only_when_printing()
    {
        using var directory = new TemporaryDirectory();
        byte[] value = [0, 255, 10, 13, 200];
        await _cli.Client.PutAsync("k"u8.ToArray(), value);
        string file = directory.PathOf("value");

        await _cli.RunAsync("get", "k");
        await _cli.RunAsync("get", "k", "--raw");
        await _cli.RunAsync("get", "k", "--file", "-");
        await _cli.RunAsync("get", "k", "--file", file);

        Assert.Equal([.. value, (byte)'\n', .. value, .. value], _cli.OutputBytes);
        Assert.Equal(value, await File.ReadAllBytesAsync(file));
        Assert.Equal(["value"], directory.Names);
    }

    [Fact]
    public async Task A_value_comes_from_a_file_or_from_standard_input()
    {
        using var directory = new TemporaryDirectory();
        var cli = new CliRun { Input = "from a pipe\n" };

        Assert.Equal(0, await cli.RunAsync("put", "a", "--file", directory.Write("v", "from a file")));
        Assert.Equal(0, await cli.RunAsync("put", "b", "--file", "-"));

        Assert.Equal("from a file", cli.Client.Text()["a"]);
        Assert.Equal("from a pipe\n", cli.Client.Text()["b"]);
        Assert.Equal(1, await cli.RunAsync("put", "c", "--file", directory.PathOf("missing")));
    }

    [Fact]
    public async Task Values_that_look_like_flags_files_or_nothing_are_values()
    {
        Assert.Equal(0, await _cli.RunAsync("put", "a", "@file"));
        Assert.Equal(0, await _cli.RunAsync("put", "b", ""));
        Assert.Equal(0, await _cli.RunAsync("put", "c", "--", "--json"));
        Assert.Equal(0, await _cli.RunAsync("incr", "n", "-5"));

        Assert.Equal(["@file", "", "--json", "-5"], _cli.Client.Text().Values);
    }

    [Fact]
    public async Task Conditions_reach_the_store_and_a_failed_one_tells_the_actual_revision()
    {
        Assert.Equal(0, await _cli.RunAsync("put", "k", "v", "--if-absent"));
        Assert.Equal(1, await _cli.RunAsync("put", "k", "v", "--if-absent"));
        Assert.Equal(1, await _cli.RunAsync("delete", "k", "--if-revision", "7"));
        Assert.Equal(0, await _cli.RunAsync("delete", "k", "--if-revision", "1"));

        Assert.Equal(new Revision(7), _cli.Client.Writes[2]!.IfRevision);
        string[] lines = _cli.Error.TrimEnd().Split('\n');
        Assert.All(lines, line => Assert.Contains("condition-failed", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Contains("revision 1", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_prints_pairs_a_line_each_with_odd_bytes_escaped()
    {
        await _cli.Client.PutAsync(new byte[] { 0xFF, (byte)'\t' }, "a\nb\\"u8.ToArray());
        await _cli.Client.PutAsync("é"u8.ToArray(), "v"u8.ToArray());

        await _cli.RunAsync("list");
        await _cli.RunAsync("list", "é", "--keys-only", "--limit", "5", "--stale");

        Assert.Equal("é\tv\n\\xff\\t\ta\\nb\\\\\né\n", _cli.Output);
        ListOptions last = _cli.Client.Lists[^1]!;
        Assert.Equal((true, true, 5L), (last.KeysOnly, last.Stale, last.Limit));
    }

    [Fact]
    public async Task List_in_json_gives_binary_keys_and_values_in_base64()
    {
        await _cli.Client.PutAsync(new byte[] { 0xFF }, new byte[] { 0xFE });

        await _cli.RunAsync("list", "--json");

        Assert.Equal(
            """{"key":"/w==","key_encoding":"base64","value":"/g==","encoding":"base64","revision":1,"ttl":null}""", _cli.Output.TrimEnd());
    }

    [Fact]
    public async Task Watch_prints_changes_a_line_each_without_progress()
    {
        _cli.Client.Events = SomeEvents();

        await _cli.RunAsync("watch", "p", "--from", "T0", "--limit", "5");

        Assert.Equal(
            "put\tk\\t\tv\ndelete\tk\nflush\tpartition 1\ngap\tpartition 1: changes up to revision 9 are not kept any more\n"
                + "gap\tpartition 2: a restore began a new history, of which all after revision 3 is told\n",
            _cli.Output);
        Assert.Equal("T0", _cli.Client.LastWatch!.From);
        Assert.Equal("p"u8.ToArray(), _cli.Client.LastWatch.Prefix.ToArray());
    }

    [Fact]
    public async Task Watch_in_json_gives_the_tokens_to_go_on_from()
    {
        _cli.Client.Events = SomeEvents();

        await _cli.RunAsync("watch", "--json", "--limit", "5");

        Assert.Equal(
            """
            {"event":"progress","id":"T0"}
            {"event":"put","key":"k\t","value":"v","encoding":"utf8","ttl":1500,"revision":7,"partition":1,"id":"T1"}
            {"event":"delete","key":"k","revision":8,"partition":1,"id":null}
            {"event":"flush","revision":8,"partition":1,"id":"T2"}
            {"event":"gap","partition":1,"from":8,"to":9,"reason":"history","id":"T3"}
            {"event":"gap","partition":2,"from":12,"to":3,"reason":"epoch","id":null}

            """,
            _cli.Output);
    }

    private static WatchEvent[] SomeEvents() =>
    [
        new(WatchEventKind.Progress, default, default, new Lazy<string>("T0")),
        new(WatchEventKind.Put, new PartitionId(1), new Revision(7), new Lazy<string>("T1"))
        {
            Key = "k\t"u8.ToArray(), Value = "v"u8.ToArray(), TimeToLive = TimeSpan.FromMilliseconds(1500),
        },
        new(WatchEventKind.Delete, new PartitionId(1), new Revision(8), token: null) { Key = "k"u8.ToArray() },
        new(WatchEventKind.Flush, new PartitionId(1), new Revision(8), new Lazy<string>("T2")),
        new(WatchEventKind.Gap, new PartitionId(1), new Revision(9), new Lazy<string>("T3"))
        {
            Gap = new WatchGap(new Revision(8), WatchGapReason.History),
        },
        new(WatchEventKind.Gap, new PartitionId(2), new Revision(3), token: null) { Gap = new WatchGap(new Revision(12), WatchGapReason.Epoch) },
    ];

    [Theory]
    [InlineData("n", 1, 1)]
    [InlineData("y", 0, 0)]
    public async Task On_a_terminal_clear_asks_before_it_deletes_all_keys(string answer, int status, int left)
    {
        var cli = new CliRun { Terminal = new FakeTerminal(answer) };
        await cli.Client.PutAsync("k"u8.ToArray(), default);

        Assert.Equal(status, await cli.RunAsync("clear"));
        Assert.Equal(left, cli.Client.Text().Count);
    }

    [Fact]
    public async Task A_failure_is_one_line_that_says_what_happened_why_and_what_to_do()
    {
        _cli.Client.Failure = new HoldfastException(new Fault(FaultCode.Timeout, Outcome.Unknown, "no answer\nat all"));

        Assert.Equal(1, await _cli.RunAsync("put", "k", "v"));
        Assert.Equal(
            "holdfast: timeout: no answer at all; the outcome is unknown: "
                + "the write may have been applied, so read the key before repeating it",
            _cli.Error.TrimEnd());
    }

    [Fact]
    public async Task Every_fault_has_words()
    {
        foreach (FaultCode code in Enum.GetValues<FaultCode>().Where(c => c != FaultCode.None))
        {
            _cli.Client.Failure = new HoldfastException(new Fault(code, Outcome.NotApplied, string.Empty));
            Assert.Equal(1, await _cli.RunAsync("get", "k"));
        }

        string[] lines = _cli.Error.TrimEnd().Split('\n');
        Assert.Equal(Enum.GetValues<FaultCode>().Length - 1, lines.Length);
        Assert.All(lines, line => Assert.Matches("^holdfast: [a-z-]+: [a-z-]+; .{10,}$", line.TrimEnd()));
    }

    [Fact]
    public async Task Status_shows_nodes_partitions_with_leaders_and_problems_without_colour_in_a_pipe()
    {
        Assert.Equal(0, await _cli.RunAsync("status"));

        Assert.DoesNotContain('\u001b', _cli.Output);
        Assert.StartsWith(
            "cluster ab12: degraded, 2 nodes, 2 partitions, 3 replicas, system leader 1\n",
            _cli.Output, StringComparison.Ordinal);
        Assert.Contains("[::1]:8001", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("1.5 KiB", _cli.Output, StringComparison.Ordinal);
        Assert.Matches(@"0 +0-8191 +0 +3 +90 +10 +999 B +under-replicated +0\* 1\[down\]", _cli.Output);
        Assert.Matches("1 +8192-16383 +none", _cli.Output);
        Assert.Contains("node-down: node 1 is down; start it", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_in_json_has_the_words_of_the_http_api()
    {
        await _cli.RunAsync("status", "--json");

        using System.Text.Json.JsonDocument status = System.Text.Json.JsonDocument.Parse(_cli.Output);
        Assert.Equal("degraded", status.RootElement.GetProperty("cluster").GetProperty("health").GetString());
        Assert.Equal(420, status.RootElement.GetProperty("nodes")[0].GetProperty("disk").GetProperty("fsync_p99_us").GetInt64());
        Assert.Equal(0u, status.RootElement.GetProperty("partitions")[0].GetProperty("leader").GetUInt32());
    }
}
