using Holdfast.Cli.Bench.Connections;
using Holdfast.Cli.Bench.Measuring;
using Holdfast.Cli.Bench.Pacing;
using Holdfast.Cli.Bench.Workload;

namespace Holdfast.Cli.Bench.Running;

/// <summary>One of those who do one operation after the other; a connection has as many as may be on the way at a time.</summary>
internal sealed class Lane(
    int number, IBenchConnection connection, OperationSource source, KeySet keys, IBenchClock clock, Recorder recorder)
{
    private readonly Waiter _waiter = new();

    /// <summary>Does what the schedule gives, until it gives no more.</summary>
    public async Task RunAsync(Schedule schedule)
    {
        while (schedule.TryNext(out long startNs))
        {
            if (startNs > clock.NowNs)
            {
                await clock.UntilAsync(startNs, _waiter);
                if (schedule.IsStopped)
                {
                    return;
                }
            }

            BenchOperation operation = source.Next();
            OperationResult result = await DoAsync(operation);
            if (startNs >= schedule.MeasureFromNs)
            {
                // From the intended start: what held this lane back is part of what the operation's user would have waited.
                long nowNs = clock.NowNs;
                recorder.Record(operation.Kind, nowNs - startNs, nowNs - schedule.MeasureFromNs, result);
            }
        }
    }

    /// <summary>Puts keys until all are put; gives the first failure that did not go away.</summary>
    public async Task<OperationResult> LoadAsync(Func<long?> nextKey)
    {
        while (nextKey() is { } key)
        {
            OperationResult result = await PutPatientlyAsync(source.Of(OperationKind.Insert, key));
            if (!result.Succeeded)
            {
                return result;
            }
        }

        return OperationResult.Done;
    }

    /// <summary>Reads one key.</summary>
    public ValueTask<OperationResult> ReadAsync(long key) => connection.ExecuteAsync(number, source.Of(OperationKind.Read, key));

    private async ValueTask<OperationResult> DoAsync(BenchOperation operation)
    {
        OperationResult result;
        switch (operation.Kind)
        {
            case OperationKind.ReadModifyWrite:
                result = await connection.ExecuteAsync(number, operation with { Kind = OperationKind.Read });
                return result.Succeeded ? await connection.ExecuteAsync(number, operation with { Kind = OperationKind.Update }) : result;
            case OperationKind.Insert:
                result = await connection.ExecuteAsync(number, operation);
                if (result.Succeeded)
                {
                    keys.Inserted();
                }

                return result;
            default:
                return await connection.ExecuteAsync(number, operation);
        }
    }

    /// <summary>Loading is not measured, and a put of the same pair is harmless: it is tried again for a while.</summary>
    private async Task<OperationResult> PutPatientlyAsync(BenchOperation operation)
    {
        const int Attempts = 40;
        const long PauseNs = 50_000_000;
        for (int attempt = 1; ; attempt++)
        {
            OperationResult result = await connection.ExecuteAsync(number, operation);
            if (result.Succeeded || attempt == Attempts)
            {
                return result;
            }

            await clock.UntilAsync(clock.NowNs + PauseNs, _waiter);
        }
    }
}
