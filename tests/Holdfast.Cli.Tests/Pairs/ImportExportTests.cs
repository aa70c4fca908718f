using System.Text;
using Holdfast.Api;
using Holdfast.Cli.Tests.Support;
using Holdfast.Client;
using Holdfast.Primitives;

namespace Holdfast.Cli.Tests.Pairs;

public sealed class ImportExportTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_was_exported_is_imported_to_the_byte()
    {
        var random = new Random(11);
        var from = new CliRun();
        var to = new CliRun();
        var pairs = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (int i = 0; i < 500; i++)
        {
            byte[] key = new byte[1 + random.Next(20)];
            byte[] value = new byte[random.Next(3000)];
            random.NextBytes(key);
            random.NextBytes(value);
            await from.Client.PutAsync(key, value);
            pairs[Convert.ToHexString(key)] = value;
        }

        await from.Client.PutAsync("text é \" \\ \u2028 \u0000"u8.ToArray(), "line\nline 🎉"u8.ToArray());
        string file = _directory.PathOf("all.jsonl");

        Assert.Equal(0, await from.RunAsync("export", file));
        Assert.Equal(0, await to.RunAsync("import", file));

        var arrived = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await foreach (ListItem item in to.Client.ListAsync())
        {
            arrived[Convert.ToHexString(item.Key)] = item.Value;
        }

        Assert.Equal(pairs.Count + 1, arrived.Count);
        Assert.All(pairs, pair => Assert.Equal(pair.Value, arrived[pair.Key]));
        Assert.Equal("line\nline 🎉"u8.ToArray(), arrived[Convert.ToHexString("text é \" \\ \u2028 \u0000"u8)]);
        Assert.Matches($"^{arrived.Count} exported, [0-9.]+ s\n$", from.Output);
        Assert.Matches($"^{arrived.Count} imported, 0 retried, [0-9.]+ s\n$", to.Output);
        Assert.Equal(["all.jsonl"], _directory.Names);
    }

    [Fact]
    public async Task An_export_is_ordered_and_base64_only_where_it_must_be()
    {
        var cli = new CliRun();
        await cli.Client.PutAsync(new byte[] { 0xFF }, "v"u8.ToArray());
        await cli.Client.PutAsync("b"u8.ToArray(), new byte[] { 0xFE });
        await cli.Client.PutAsync("a"u8.ToArray(), "é"u8.ToArray());

        Assert.Equal(0, await cli.RunAsync("export", "-", "--stale"));

        Assert.Equal("""
            {"key":"a","value":"é"}
            {"key":"b","value":"/g==","encoding":"base64"}
            {"key":"/w==","key_encoding":"base64","value":"v"}

            """.ReplaceLineEndings("\n"), cli.Output);
        Assert.Matches("^3 exported", cli.Error);
        Assert.True(cli.Client.Lists[^1]!.Stale);
    }

    [Fact]
    public async Task A_failed_export_leaves_the_old_file_as_it_was()
    {
        string file = _directory.Write("all.jsonl", "old");
        var cli = new CliRun();
        cli.Client.Failure = new HoldfastException(new Fault(FaultCode.NoLeader, Outcome.NotApplied, "no leader"));

        Assert.Equal(1, await cli.RunAsync("export", file));
        Assert.Equal("old", await File.ReadAllTextAsync(file));
        Assert.Equal(["all.jsonl"], _directory.Names);
    }

    [Fact]
    public async Task Blank_lines_other_members_and_a_last_line_without_an_end_are_taken()
    {
        var cli = new CliRun
        {
            Input = "\r\n{\"value\":\"1\",\"revision\":7,\"x\":{\"y\":[1]},\"ttl\":null,\"key\":\"a\"}\r\n"
                + "  \n{\"key\":\"b\",\"value\":\"\\u00e9\"}",
        };

        Assert.Equal(0, await cli.RunAsync("import", "-"));
        Assert.Equal(new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "1", ["b"] = "é" }, cli.Client.Text());
        Assert.All(cli.Client.Writes, options => Assert.True(options!.RetryUnknown));
    }

    [Fact]
    public async Task A_pair_that_expires_is_imported_with_its_time_to_live()
    {
        string file = _directory.Write("ttl.jsonl", """{"key":"k","value":"v","ttl":30000}""");
        var cli = new CliRun();

        Assert.Equal(0, await cli.RunAsync("import", file));
        Assert.Equal(TimeSpan.FromSeconds(30), cli.Client.LastTimeToLive);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("""{"key":"k","value":"v"}x""")]
    [InlineData("""{"key":"k","value":"v"}{"key":"l","value":"v"}""")]
    [InlineData("""{"key":"k","value":"v" """)]
    [InlineData("""{"key":"k"}""")]
    [InlineData("""{"value":"v"}""")]
    [InlineData("""{"key":"","value":"v"}""")]
    [InlineData("""{"key":7,"value":"v"}""")]
    [InlineData("""{"key":"k","value":null}""")]
    [InlineData("""{"key":"k","value":"\ud800"}""")]
    [InlineData("""{"key":"?","value":"v","key_encoding":"base64"}""")]
    [InlineData("""{"key":"k","value":"v","encoding":"hex"}""")]
    [InlineData("""{"key":"k","value":"v","ttl":0}""")]
    public async Task A_line_that_is_no_pair_stops_the_import_and_is_named(string line)
    {
        string file = _directory.Write(
            "in.jsonl", $$"""{"key":"first","value":"1"}{{'\n'}}{{line}}{{'\n'}}{"key":"third","value":"3"}""");
        var cli = new CliRun();

        Assert.Equal(1, await cli.RunAsync("import", file));
        Assert.StartsWith($"holdfast: {file}, line 2: ", cli.Error, StringComparison.Ordinal);
        Assert.Equal(["first"], cli.Client.Text().Keys);
    }

    [Fact]
    public async Task The_last_pair_of_a_key_is_the_one_that_stays()
    {
        string file = WritePairs(Enumerable.Range(0, 300), key: i => i % 3);
        var random = new Random(4);
        var cli = new CliRun();
        cli.Client.BeforePut = async _ =>
        {
            for (int i = random.Next(5); i > 0; i--)
            {
                await Task.Yield();
            }
        };

        Assert.Equal(0, await cli.RunAsync("import", file));
        Assert.Equal(["297", "298", "299"], cli.Client.Text().Values);
    }

    [Fact]
    public async Task Many_pairs_are_on_their_way_at_once_but_not_more_than_the_window()
    {
        string file = WritePairs(Enumerable.Range(0, 2000), key: i => i);
        int flying = 0;
        int most = 0;
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cli = new CliRun();
        cli.Client.BeforePut = async _ =>
        {
            int now = Interlocked.Increment(ref flying);
            InterlockedMax(ref most, now);
            if (now == 512)
            {
                full.TrySetResult();
            }

            await full.Task;
            Interlocked.Decrement(ref flying);
        };

        Assert.Equal(0, await cli.RunAsync("import", file));
        Assert.Equal(512, most);
        Assert.Equal(2000, cli.Client.Text().Count);
    }

    [Fact]
    public async Task What_is_no_refusal_but_a_fault_of_the_program_is_thrown_as_it_is()
    {
        var cli = new CliRun();
        var fault = new InvariantViolationException("the test says so");
        cli.Client.BeforePut = _ => Task.FromException(fault);

        string file = _directory.Write("pairs.jsonl", """{"key":"a","value":"1"}""");
        Assert.Same(fault, await Assert.ThrowsAsync<InvariantViolationException>(() => cli.RunAsync("import", file)));
    }

    [Fact]
    public async Task A_pair_that_is_refused_stops_the_import_and_names_its_line()
    {
        string file = WritePairs(Enumerable.Range(1, 2000), key: i => i);
        var cli = new CliRun();
        cli.Client.BeforePut = key => key is "700" or "702"
            ? Task.FromException(new HoldfastException(new Fault(FaultCode.DiskFull, Outcome.NotApplied, "the disk is full")))
            : Task.CompletedTask;

        Assert.Equal(1, await cli.RunAsync("import", file, "--retry-for", "7s"));
        Assert.Contains("line 700: disk-full: the disk is full", cli.Error, StringComparison.Ordinal);
        Assert.Contains("699 pairs were acknowledged", cli.Error, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(7), cli.Client.Writes[0]!.Timeout);
        Assert.True(cli.Connected[0].RetryUnreachable);
    }

    private string WritePairs(IEnumerable<int> values, Func<int, int> key) => _directory.Write(
        "in.jsonl", string.Concat(values.Select(i => $"{{\"key\":\"{key(i)}\",\"value\":\"{i}\"}}\n")));

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen && Interlocked.CompareExchange(ref target, value, seen) is var before && before != seen)
        {
            seen = before;
        }
    }
}
