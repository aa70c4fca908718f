using Holdfast.Api;
using Holdfast.Cli.Bench.Measuring;
using Holdfast.Cli.Bench.Workload;
using Holdfast.Cli.Hosting;
using Holdfast.Client;

namespace Holdfast.Cli.Bench.Connections;

/// <summary>The native protocol, by a client of its own.</summary>
internal sealed class NativeBenchConnection(ClientLease lease) : IBenchConnection
{
    public long Retries => lease.Client.Retries;

    public ValueTask<OperationResult> ExecuteAsync(int lane, in BenchOperation operation) => new(ExecuteAsync(operation));

    public ValueTask DisposeAsync() => lease.DisposeAsync();

    private async Task<OperationResult> ExecuteAsync(BenchOperation operation)
    {
        try
        {
            return await CallAsync(lease.Client, operation);
        }
        catch (HoldfastException failure)
        {
            string code = failure.Unreachable ? OperationResult.Unreachable : failure.Code.Name();
            return OperationResult.Failed(code, failure.Outcome, failure.Fault.Detail);
        }
    }

    private static async Task<OperationResult> CallAsync(IHoldfastClient client, BenchOperation operation)
    {
        switch (operation.Kind)
        {
            case OperationKind.Read:
                return await client.GetAsync(operation.Key) is null ? OperationResult.Miss : OperationResult.Done;
            case OperationKind.Scan:
                int found = 0;
                await foreach (ListItem _ in client.ListAsync(new ListOptions { Start = operation.Key, Limit = operation.ScanLength }))
                {
                    found++;
                }

                return found == 0 ? OperationResult.Miss : OperationResult.Done;
            case OperationKind.Increment:
                await client.IncrementAsync(operation.Key);
                return OperationResult.Done;
            default:
                await client.PutAsync(operation.Key, operation.Value);
                return OperationResult.Done;
        }
    }
}
