using Holdfast.EndToEnd.Harness;
using Xunit.Abstractions;

namespace Holdfast.EndToEnd.Durability;

/// <summary>An acknowledged write is on a majority of disks, as the kernel saw it.</summary>
public sealed class SyncTests(ITestOutputHelper output)
{
    private const int Writes = 20;

    private static readonly string[] Strace =
    [
        "strace", "-f", "-y", "-ttt", "-T", "-s", "65536", "--seccomp-bpf",
        "-e", "trace=fdatasync,write,writev,pwrite64,pwritev,pwritev2", "-o",
    ];

    [FactNeeding(Needs.Tracing)]
    public async Task Between_a_write_and_its_answer_two_processes_write_it_to_their_log_and_complete_an_fdatasync() =>
        Assert.All(await TraceAsync(), processes => Assert.InRange(processes, 2, 3));

    [FactNeeding(Needs.Tracing)]
    public async Task Where_the_operator_turned_syncing_off_the_trace_shows_it() =>
        Assert.All(await TraceAsync("--fsync=off"), processes => Assert.Equal(0, processes));

    /// <summary>Writes one at a time to a traced cluster; gives for each in how many processes it was durable before its answer.</summary>
    private async Task<int[]> TraceAsync(params string[] extra)
    {
        using var folder = new TemporaryFolder();
        await using var cluster = new Cluster(output, nodes: 3, ["--partitions=2", .. extra]);
        foreach (int id in cluster.Ids)
        {
            cluster.Start(id, [.. Strace, folder[$"{id}"]]);
        }

        await cluster.ReadyAsync();
        await cluster.LedAsync(0, 1, 2);
        (string Marker, double Sent, double Answered)[] writes = new (string, double, double)[Writes];
        for (int i = 0; i < Writes; i++)
        {
            string marker = $"marker-{i:0000}-{Guid.NewGuid():N}";
            double sent = Now();
            using HttpResponseMessage answer = await cluster.Clients[i % cluster.Count].PutAsync($"key-{i}", marker);
            writes[i] = (marker, sent, Now());
            answer.EnsureSuccessStatusCode();
        }

        foreach (int id in cluster.Ids)
        {
            await cluster[id].KillAsync(); // Ends the tracers too, which write a line when the call ends.
        }

        SystemCallTrace[] traces = [.. cluster.Ids.Select(id => SystemCallTrace.Read(folder[$"{id}"]))];
        return [.. writes.Select(write => traces.Count(trace => trace.MadeDurable(write.Marker, write.Sent, write.Answered)))];
    }

    private static double Now() => (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
}
