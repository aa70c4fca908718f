using System.Globalization;
using Holdfast.EndToEnd.Harness;
using Xunit.Abstractions;

namespace Holdfast.EndToEnd.Failures;

/// <summary>
/// Clients that send a write again until it is answered, under one Idempotency-Key, while leaders are killed. A soak:
/// <c>HOLDFAST_E2E_ONCE=100000</c> writes, with a kill for each 5,000.
/// </summary>
public sealed class ExactlyOnceTests(ITestOutputHelper output)
{
    private const int Workers = 16;
    private const int FewWrites = 3_200;
    private const int FewKills = 4;
    private const int WritesAKill = 5_000;

    [Fact]
    public async Task Increments_and_appends_that_are_sent_again_through_leader_changes_take_effect_once()
    {
        bool isSoak = int.TryParse(Environment.GetEnvironmentVariable("HOLDFAST_E2E_ONCE"), CultureInfo.InvariantCulture, out int asked);
        int writes = isSoak ? asked : FewWrites;
        int kills = isSoak ? Math.Max(1, asked / WritesAKill) : FewKills;
        int each = writes / Workers / 2;
        await using Cluster cluster = await Cluster.StartAsync(output);
        int done = 0;
        int repeated = 0;
        Task[] workers = [.. Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            using var writer = new RepeatingWriter(cluster, worker);
            for (int i = 0; i < each; i++)
            {
                await writer.IncrementAsync($"counter-{worker % 4}", $"increment-{worker}-{i}");
                await writer.AppendAsync($"list-{worker % 4}", $"{worker}-{i};", $"append-{worker}-{i}");
                Interlocked.Add(ref done, 2);
            }

            Interlocked.Add(ref repeated, writer.Repeated);
        }))];
        for (int kill = 1; kill <= kills; kill++)
        {
            int due = writes * kill / (kills + 1);
            await cluster.UntilAsync($"{due} writes are done", () => Task.FromResult(Volatile.Read(ref done) >= due));
            int victim = await cluster.LeaderAsync(partition: kill % 16, witness: kill % cluster.Count);
            await cluster[victim].KillAsync();
            cluster.Start(victim);
            await cluster.ReadyAsync();
        }

        await Task.WhenAll(workers);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} writes, {repeated} sent again, {kills} kills"));
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal((Workers / 4 * each).ToString(CultureInfo.InvariantCulture), await cluster.Clients[i % 3].GetAsync($"counter-{i}"));
            string[] items = (await cluster.Clients[i % 3].GetAsync($"list-{i}"))!.Split(';', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(items.Length, items.Distinct(StringComparer.Ordinal).Count());
            Assert.Equal(Workers / 4 * each, items.Length);
        }
    }
}
