using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.Tools;

/// <summary>The smoke form of the comparison with other stores (bench/compare.sh): that it works, not how fast anything is.</summary>
public sealed class ComparisonTests : IDisposable
{
    private static readonly string[] Shapes = ["SET c1", "SET c64", "SET c256", "SET c64 P16", "GET c1", "GET c64", "GET c64 P16"];

    // Not among the temporary files, which may be in memory: the comparison refuses that.
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(
        Path.Combine(AppContext.BaseDirectory, string.Create(CultureInfo.InvariantCulture, $"comparison-{Environment.ProcessId}")));

    [FactNeeding("redis-server", "redis-benchmark", Needs.Disk)]
    public async Task A_quick_comparison_measures_every_row_and_removes_its_data()
    {
        using Process comparison = Start();
        Ended ended = (await EndOfAsync(comparison)).Succeeded();
        Assert.Equal("compare.json", Assert.Single(_folder.GetFileSystemInfos()).Name);
        using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "compare.json")));
        JsonElement[] rows = [.. report.RootElement.GetProperty("rows").EnumerateArray()];
        Assert.Equal(
            [
                .. Shapes.Select(shape => $"plain {shape}"), .. Shapes.Select(shape => $"cluster {shape}"),
                "etcd SET c64", "etcd GET c64", "http GET c64",
            ],
            rows.Select(row => $"{Text(row, "section")} {Text(row, "row")}"));
        foreach (JsonElement row in rows)
        {
            Assert.Contains($"| {Text(row, "row")} | ", ended.Out, StringComparison.Ordinal);
            IsMeasuredOrLeftOut(row);
            Assert.Equal(Text(row, "row") == "SET c1" ? 1 : 0, row.GetProperty("disk_runs").GetArrayLength());
        }

        Assert.Contains("| clients | p50 ms | three concurrent fdatasync loops |", ended.Out, StringComparison.Ordinal);
    }

    [FactNeeding("redis-server", "redis-benchmark", Needs.Disk)]
    public async Task A_comparison_that_is_stopped_ends_what_it_started()
    {
        using Process comparison = Start();
        Task<Ended> end = EndOfAsync(comparison);
        await Patience.UntilAsync("redis-server runs too", () => Task.FromResult(Users().Contains("redis-server")));
        await Tool.SignalAsync("TERM", comparison.Id);
        Ended ended = await end;
        Assert.True(ended.Status == 130, $"status {ended.Status}\n{ended.Error}");
        Assert.Empty(Users());
        Assert.Empty(_folder.GetFileSystemInfos());
    }

    [Fact]
    public async Task An_option_that_is_none_is_refused_with_the_usage()
    {
        Ended ended = await Tool.RunAsync("dotnet", [Repository.Comparison, "compare", "--no-such-option"]);
        Assert.Equal(2, ended.Status);
        Assert.Contains("--quick", ended.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void IsMeasuredOrLeftOut(JsonElement row)
    {
        string? leftOut = Text(row, "left_out");
        switch (Text(row, "section"))
        {
            case "etcd" when !Tool.Has("etcd"):
            case "http" when !Tool.Has("wrk"):
                Assert.EndsWith("is not installed", leftOut, StringComparison.Ordinal);
                return;
        }

        Assert.Null(leftOut);
        JsonElement[] runs = [.. row.GetProperty("runs").EnumerateArray()];
        Assert.All(runs, run =>
        {
            Assert.True(run.GetProperty("operations").GetInt64() > 0);
            Assert.True(run.GetProperty("operations_per_second").GetDouble() > 0);
            Assert.True(run.GetProperty("p99_milliseconds").GetDouble() >= run.GetProperty("p50_milliseconds").GetDouble());
        });
        JsonElement[] ratios = [.. row.GetProperty("ratios").EnumerateArray()];
        Assert.Equal(
            runs.Select(run => Text(run, "system")).Order(),
            ratios.Select(ratio => Text(ratio, "system")).Append(Text(ratios[0], "peer")).Order());
        Assert.All(ratios, ratio => Assert.True(Assert.Single(ratio.GetProperty("pairs").EnumerateArray()).GetDouble() > 0));
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static async Task<Ended> EndOfAsync(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(); // Each of its steps has a bound of its own.
        return new Ended(process.ExitCode, await output, await error);
    }

    private Process Start() => Tool.Start(
        "dotnet", [Repository.Comparison, "compare", "--quick", "--program", Repository.Program, "--directory", _folder.FullName]);

    /// <summary>
    /// The programs that run in a part of the folder, or have one among their arguments (redis-server replaces these): not the comparison
    /// itself.
    /// </summary>
    private List<string> Users()
    {
        var users = new List<string>();
        foreach (string process in Directory.GetDirectories("/proc").Where(path => char.IsAsciiDigit(path["/proc/".Length])))
        {
            try
            {
                string[] arguments = File.ReadAllText($"{process}/cmdline").Split('\0');
                string? current = new FileInfo($"{process}/cwd").LinkTarget;
                if (arguments.Append(current).Any(path => path?.StartsWith(_folder.FullName + "/compare-", StringComparison.Ordinal) is true))
                {
                    users.Add(Path.GetFileName(arguments[0].Split(' ')[0]));
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is none of ours.
            }
        }

        return users;
    }
}
