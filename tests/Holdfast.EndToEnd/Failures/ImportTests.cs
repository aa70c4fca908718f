using System.Diagnostics;
using System.Text.Json;
using Holdfast.EndToEnd.Harness;
using Xunit.Abstractions;

namespace Holdfast.EndToEnd.Failures;

/// <summary>
/// A word list goes in while leaders crash. A soak takes a whole one: <c>HOLDFAST_E2E_WORDS=/usr/share/dict/words</c>, a word a line.
/// </summary>
public sealed class ImportTests(ITestOutputHelper output)
{
    private const int Crashes = 4;
    private const int MadeUpWords = 6000;

    [Fact]
    public async Task An_import_while_leaders_crash_and_return_leaves_exactly_its_pairs_on_every_node()
    {
        string[] words = Words();
        await using Cluster cluster = await Cluster.StartAsync(output);
        string all = string.Join(',', cluster.Ids.Select(cluster.AddressOf));
        using Process import = Tool.Start("dotnet", [Repository.Program, "import", "-", "--endpoint", all]);
        Task<string> said = import.StandardOutput.ReadToEndAsync();
        Task<string> error = import.StandardError.ReadToEndAsync();
        int half = (words.Length / Crashes / 2) + 1;
        Queue<string[]> parts = new(words.Chunk(half));
        for (int crash = 0; parts.Count > 0; crash++)
        {
            int victim = await cluster.LeaderAsync(partition: crash % 16, witness: crash % cluster.Count);
            await WriteAsync(import, parts.Dequeue());
            await cluster[victim].KillAsync();
            await WriteAsync(import, parts.TryDequeue(out string[]? more) ? more : []);
            cluster.Start(victim);
            await cluster.ReadyAsync();
        }

        import.StandardInput.Close();
        Ended ended = (await Tool.EndOfAsync(import, said, error)).Succeeded();
        Assert.StartsWith($"{words.Length} imported", ended.Out, StringComparison.Ordinal);
        SortedDictionary<string, string> expected = new(words.ToDictionary(word => word, ValueOf), StringComparer.Ordinal);
        foreach (int id in cluster.Ids)
        {
            Assert.Equal(expected, await cluster.ExportAsync(id));
        }
    }

    private static string[] Words() => Environment.GetEnvironmentVariable("HOLDFAST_E2E_WORDS") is { } file
        ? [.. File.ReadLines(file).Where(word => word.Length > 0).Distinct(StringComparer.Ordinal)]
        : [.. Enumerable.Range(0, MadeUpWords).Select(number => $"word-{number}")];

    private static string ValueOf(string word) => $"the meaning of {word}";

    private static async Task WriteAsync(Process import, string[] words)
    {
        foreach (string word in words)
        {
            await import.StandardInput.WriteLineAsync(
                $$"""{"key":{{JsonSerializer.Serialize(word)}},"value":{{JsonSerializer.Serialize(ValueOf(word))}}}""");
        }

        await import.StandardInput.FlushAsync();
    }
}
