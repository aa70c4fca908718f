using Holdfast.Bench.Compare.Load;
using Holdfast.Bench.Compare.Meters;

namespace Holdfast.Bench.Compare.Rows;

/// <summary>Measures one row: first each contestant warms up, then all run in turn, and last comes what is counted apart.</summary>
internal sealed class RowRunner(CompareOptions options, SyncCounter? syncs, DiskProbe disk, Action<string> progress)
{
    /// <summary>Half of it is far more than the 250 ms to which redis-benchmark rounds up when it has threads.</summary>
    private static readonly TimeSpan ShortRun = TimeSpan.FromSeconds(2);

    private const int GrowthOfWarmUp = 5;

    public async Task<RowResult> RunAsync(Row row, CancellationToken stop)
    {
        var result = new RowResult(row.Title, [.. row.Ours.Select(ours => ours.Name)], row.Peer.Name);
        var amounts = new Dictionary<string, Amount>(StringComparer.Ordinal);
        foreach (Contestant contestant in row.Contestants)
        {
            amounts[contestant.Name] = await Undisturbed.RunAsync(() => WarmUpAsync(row, contestant, stop), progress);
        }

        for (int number = 0; number < options.Runs; number++)
        {
            progress($"{row.Title}, run {number + 1} of {options.Runs}");
            foreach (Contestant contestant in row.InOrder(number))
            {
                Amount amount = amounts[contestant.Name];
                result.Runs.Add(await Undisturbed.RunAsync(() => MeasureAsync(row, contestant, number, amount, stop), progress));
            }

            if (row.Title.Shape is { Operation: Operation.Set, Clients: 1 })
            {
                result.DiskRuns.Add(await disk.RunAsync(number, stop));
            }
        }

        await CountSyncsAsync(row, amounts, result, stop);
        return result;
    }

    /// <summary>Runs until one lasts long enough for a rate, which says how many requests a measured run has.</summary>
    private async Task<Amount> WarmUpAsync(Row row, Contestant contestant, CancellationToken stop)
    {
        LoadShape shape = row.Title.Shape;
        long requests = shape.Clients == 1 ? 50 : 1000 * shape.Pipeline;
        if (options.Scale.IsQuick)
        {
            return new Amount(requests, TimeSpan.FromSeconds(1));
        }

        while (true)
        {
            LoadResult warm = await contestant.GeneratorOf(0).RunAsync(shape, new Amount(requests, ShortRun), stop);
            if (warm.Operations / warm.OperationsPerSecond >= ShortRun.TotalSeconds / 2)
            {
                return new Amount((long)(warm.OperationsPerSecond * options.Scale.Run.TotalSeconds), options.Scale.Run);
            }

            requests *= GrowthOfWarmUp;
        }
    }

    private static async Task<Run> MeasureAsync(Row row, Contestant contestant, int number, Amount amount, CancellationToken stop)
    {
        ILoadGenerator generator = contestant.GeneratorOf(number);
        ProcessMeter before = ProcessMeter.Read(contestant.System.ProcessIds);
        LoadResult load = await generator.RunAsync(row.Title.Shape, amount, stop);
        ProcessUse use = ProcessMeter.Read(contestant.System.ProcessIds).Since(before);
        return new Run(
            contestant.Name,
            number,
            generator.Description,
            load.Operations,
            load.OperationsPerSecond,
            load.P50Milliseconds,
            load.P99Milliseconds,
            use.CpuMicroseconds / load.Operations,
            (double)use.ContextSwitches / load.Operations,
            (double)use.BytesWritten / load.Operations);
    }

    private async Task CountSyncsAsync(Row row, Dictionary<string, Amount> amounts, RowResult result, CancellationToken stop)
    {
        if (syncs is null || row.Title.Shape.Operation != Operation.Set)
        {
            return;
        }

        foreach (Contestant contestant in row.Contestants)
        {
            Amount amount = amounts[contestant.Name];
            result.SyncRuns.Add(await Undisturbed.RunAsync(
                () => syncs.CountAsync(contestant, row.Title.Shape, amount, stop), progress));
        }
    }
}
