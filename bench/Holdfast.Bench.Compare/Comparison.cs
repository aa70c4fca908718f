using System.Globalization;
using Holdfast.Bench.Compare.Load;
using Holdfast.Bench.Compare.Meters;
using Holdfast.Bench.Compare.Rows;
using Holdfast.Bench.Compare.Systems;
using Holdfast.Bench.Compare.Tools;

namespace Holdfast.Bench.Compare;

/// <summary>The whole comparison: starts and fills the systems, measures row after row, checks what is left, ends everything.</summary>
internal sealed class Comparison(CompareOptions options, string directory, Action<string> progress)
{
    /// <summary>So many redis-benchmark sets of each key of the cluster's clients reach nearly all.</summary>
    private const int SetsOfEachKey = 3;

    private const int LoadClients = 64;
    private readonly List<RowResult> _results = [];
    private int Keys => options.Scale.Keys;

    public async Task<IReadOnlyList<RowResult>> RunAsync(CancellationToken stop)
    {
        var syncs = new SyncCounter(directory);
        var runner = new RowRunner(
            options, await syncs.WorksAsync(stop) ? syncs : null, new DiskProbe(directory, options.Scale.DiskRounds), progress);
        await using var holdfast = new HoldfastCluster(options.Program, directory);
        await StartAsync(holdfast, stop);
        await holdfast.SpreadEvenlyAsync(stop);
        await LoadAsync(holdfast, stop);
        await using (var redis = new RedisServer(directory))
        {
            await StartAsync(redis, stop);
            await LoadAsync(redis, stop);
            await WarmUpAsync(holdfast, stop);
            await AgeAsync(holdfast, stop);
            await AgeAsync(redis, stop);
            IEnumerable<RowTitle> plain = RespRows.Titles(Section.Plain);
            await MeasureAsync(runner, plain, title => RespRows.Plain(title, holdfast, redis, Keys), holdfast, Nothing, stop);
            await MeasureClusterAsync(runner, holdfast, redis, stop);
            await VerifyAsync(redis, stop);
        }

        await MeasureEtcdAsync(runner, holdfast, stop);
        await MeasureWrkAsync(runner, holdfast, stop);
        await VerifyAsync(holdfast, stop);
        return _results;
    }

    private async Task StartAsync(MeasuredSystem system, CancellationToken stop)
    {
        progress($"starting {system.Name}");
        await system.StartAsync(stop);
    }

    private async Task LoadAsync(MeasuredSystem system, CancellationToken stop)
    {
        progress($"loading {Keys} keys into {system.Name}");
        using RespClient client = await RespClient.ConnectAsync(system.Ports[0], stop);
        await client.LoadAsync(Keys, stop);
    }

    /// <summary>Mixed load on every node in turn, until the code that it runs through is compiled to its best.</summary>
    private async Task WarmUpAsync(HoldfastCluster holdfast, CancellationToken stop)
    {
        progress("warming up");
        LoadShape[] mix = [new(Operation.Set, 64), new(Operation.Get, 64), new(Operation.Set, 64, 16), new(Operation.Get, 64, 16)];
        long end = Environment.TickCount64 + (long)options.Scale.WarmUp.TotalMilliseconds;
        for (int turn = 0; Environment.TickCount64 < end; turn++)
        {
            LoadShape shape = mix[turn / holdfast.Ports.Count % mix.Length];
            var generator = new RedisBenchmark(holdfast.Ports[turn % holdfast.Ports.Count], RedisClients.Plain, Keys);
            await generator.RunAsync(shape, new Amount(5000L * shape.Pipeline, default), stop);
        }
    }

    /// <summary>The writes of a store's past, evenly over its nodes.</summary>
    private async Task AgeAsync(MeasuredSystem system, CancellationToken stop)
    {
        int requests = options.Scale.PastWrites / system.Ports.Count;
        if (requests == 0)
        {
            return;
        }

        progress($"writing {options.Scale.PastWrites} times to {system.Name}");
        foreach (int port in system.Ports)
        {
            var generator = new RedisBenchmark(port, RedisClients.Plain, Keys);
            await generator.RunAsync(new LoadShape(Operation.Set, LoadClients, 16), new Amount(requests, default), stop);
        }
    }

    /// <summary>Measures rows with leaders spread evenly, before and after; where they moved, the row is measured again.</summary>
    private async Task MeasureAsync(
        RowRunner runner,
        IEnumerable<RowTitle> titles,
        Func<RowTitle, Row> rowOf,
        HoldfastCluster holdfast,
        Func<RowTitle, Task> prepare,
        CancellationToken stop)
    {
        foreach (RowTitle title in titles.Where(IsWanted))
        {
            Row row = rowOf(title);
            _results.Add(await Undisturbed.RunAsync(
                async () =>
                {
                    await holdfast.SpreadEvenlyAsync(stop);
                    await prepare(title);
                    RowResult result = await runner.RunAsync(row, stop);
                    await holdfast.RequireSpreadEvenlyAsync(stop);
                    return result;
                },
                progress));
            foreach (Contestant contestant in row.Contestants)
            {
                contestant.System.RequireRunning();
            }
        }
    }

    private async Task MeasureClusterAsync(RowRunner runner, HoldfastCluster holdfast, RedisServer redis, CancellationToken stop)
    {
        IEnumerable<RowTitle> titles = RespRows.Titles(Section.Cluster);
        if (!titles.Any(IsWanted))
        {
            return;
        }

        if (await holdfast.ClusterRefusalAsync(stop) is { } refusal)
        {
            LeaveOut(titles, $"not offered ({refusal})", holdfast.Name, redis.Name);
            return;
        }

        await MeasureAsync(
            runner, titles, title => RespRows.Cluster(title, holdfast, redis, Keys), holdfast, title => LoadClusterAsync(title, holdfast, stop), stop);
    }

    /// <summary>Which slots redis-benchmark picks depends on where the leaders are, so its gets need keys there first.</summary>
    private async Task LoadClusterAsync(RowTitle title, HoldfastCluster holdfast, CancellationToken stop)
    {
        if (title.Shape.Operation != Operation.Get)
        {
            return;
        }

        var load = new RedisBenchmark(holdfast.Ports[0] + FreePorts.ClusterOffset, RedisClients.Cluster, Keys);
        var amount = new Amount(Keys * SetsOfEachKey, default);
        await Undisturbed.RunAsync(() => load.RunAsync(new LoadShape(Operation.Set, LoadClients, 16), amount, stop), progress);
        await RequireKeysAsync(holdfast, Keys + (Keys / 2), stop);
    }

    private async Task MeasureEtcdAsync(RowRunner runner, HoldfastCluster holdfast, CancellationToken stop)
    {
        IEnumerable<RowTitle> titles = HttpRows.EtcdTitles;
        if (!titles.Any(IsWanted))
        {
            return;
        }

        await using var etcd = new EtcdCluster(directory);
        if (!Tool.Has("etcd"))
        {
            LeaveOut(titles, "etcd is not installed", HttpRows.OverHttp, etcd.Name);
            return;
        }

        await StartAsync(etcd, stop);
        HttpKeyValueClient[] nodes = [.. holdfast.Ports.Select(port => new HttpKeyValueClient(port))];
        EtcdClient[] members = [.. etcd.Ports.Select(port => new EtcdClient(port))];
        try
        {
            var ours = new ClosedLoop("closed loop, HTTP/1.1, all nodes", nodes, Keys);
            var theirs = new ClosedLoop("closed loop, gRPC, all members", members, Keys);
            progress($"loading {Keys} keys into etcd");
            await theirs.LoadAsync(LoadClients, stop);
            await MeasureAsync(runner, titles, title => HttpRows.Etcd(title, (holdfast, ours), (etcd, theirs), Keys), holdfast, Nothing, stop);
        }
        finally
        {
            Array.ForEach(nodes, node => node.Dispose());
            Array.ForEach(members, member => member.Dispose());
        }
    }

    private async Task MeasureWrkAsync(RowRunner runner, HoldfastCluster holdfast, CancellationToken stop)
    {
        if (Tool.Has("wrk"))
        {
            await MeasureAsync(runner, HttpRows.WrkTitles, title => HttpRows.Wrk(title, holdfast, directory, Keys), holdfast, Nothing, stop);
        }
        else
        {
            LeaveOut(HttpRows.WrkTitles, "wrk is not installed", HttpRows.OverHttp, HttpRows.OverResp);
        }
    }

    /// <summary>What was acknowledged is there: every key, each with a whole value.</summary>
    private async Task VerifyAsync(MeasuredSystem system, CancellationToken stop)
    {
        const int Sample = 100;
        await RequireKeysAsync(system, Keys, stop);
        using RespClient client = await RespClient.ConnectAsync(system.Ports[^1], stop);
        for (int i = 0; i < Sample; i++)
        {
            string key = RespClient.KeyOf(Random.Shared.Next(Keys));
            if (await client.AskAsync(stop, "GET", key) is { Length: not Scale.ValueBytes } value)
            {
                throw new BenchmarkException($"{system.Name} has {value.Length} bytes at {key}, not {Scale.ValueBytes}");
            }
        }
    }

    private static async Task RequireKeysAsync(MeasuredSystem system, int keys, CancellationToken stop)
    {
        using RespClient client = await RespClient.ConnectAsync(system.Ports[^1], stop);
        int size = int.Parse(await client.AskAsync(stop, "DBSIZE"), CultureInfo.InvariantCulture);
        if (size < keys)
        {
            throw new BenchmarkException($"{system.Name} has {size} keys after at least {keys} were written");
        }
    }

    private void LeaveOut(IEnumerable<RowTitle> titles, string why, string ours, string peer) =>
        _results.AddRange(titles.Where(IsWanted).Select(title => new RowResult(title, [ours], peer) { LeftOut = why }));

    private static Task Nothing(RowTitle title) => Task.CompletedTask;

    private bool IsWanted(RowTitle title) => title.ToString().Contains(options.Rows, StringComparison.OrdinalIgnoreCase);
}
