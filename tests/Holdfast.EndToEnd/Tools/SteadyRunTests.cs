using System.Globalization;
using System.Xml.Linq;
using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.Tools;

/// <summary>The smoke form of the long run at full load (bench/steady.sh): that it works, not how fast or steady anything is.</summary>
public sealed class SteadyRunTests : IDisposable
{
    // Not among the temporary files, which may be in memory: the run refuses that.
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(
        Path.Combine(AppContext.BaseDirectory, string.Create(CultureInfo.InvariantCulture, $"steady-{Environment.ProcessId}")));

    [FactNeeding(Needs.Disk)]
    public async Task A_short_run_prints_its_table_plots_load_memory_and_disk_and_removes_its_data()
    {
        Ended ended = (await Tool.RunAsync("dotnet", [
            Repository.Comparison, "steady", "--seconds", "4", "--past", "1000", "--program", Repository.Program, "--directory", _folder.FullName,
        ])).Succeeded();

        Assert.Contains("| until s | operations/s |", ended.Out, StringComparison.Ordinal);
        string[] rows = [.. ended.Out.Split('\n').Where(line => line.Length > 2 && line[0] == '|' && char.IsAsciiDigit(line[2]))];
        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            string[] cells = row.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Assert.True(double.Parse(cells[1], CultureInfo.InvariantCulture) > 0, row);
            Assert.All(cells[2..4], cell => Assert.False(cell.StartsWith("0.", StringComparison.Ordinal), row)); // Nodes have memory and a log.
        });

        FileSystemInfo left = Assert.Single(_folder.GetFileSystemInfos());
        Assert.Equal("steady.svg", left.Name);
        var image = XDocument.Parse(await File.ReadAllTextAsync(left.FullName));
        string[] lines = [.. image.Descendants().Where(e => e.Name.LocalName == "polyline").Select(e => e.Attribute("points")!.Value)];
        Assert.Equal(1 + 3 + 2, lines.Length); // Throughput, the memory of each node, logs and snapshots.
        Assert.All(lines, points => Assert.NotEmpty(points));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
