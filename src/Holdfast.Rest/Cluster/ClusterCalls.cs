using Holdfast.Api;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Json;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Cluster;

/// <summary>
/// What the node knows of its cluster and of itself. Nothing is asked of the store, so these answer while it can't. Thread-safe.
/// </summary>
internal sealed class ClusterCalls(IClusterViewSource source)
{
    /// <summary><c>GET /v1/cluster</c>.</summary>
    public async ValueTask<Problem?> ClusterAsync(RestCall call)
    {
        ClusterView view = source.Current;
        var body = new ClusterBody(
            view.Id,
            view.Epoch,
            view.Version,
            view.Partitions.Count,
            view.Replicas,
            view.PartitionBy,
            view.Health,
            view.Problems,
            view.System);
        await call.Response.WriteJsonAsync(200, body, RestJson.Default.ClusterBody);
        return null;
    }

    /// <summary><c>GET /v1/cluster/nodes</c>.</summary>
    public async ValueTask<Problem?> NodesAsync(RestCall call)
    {
        await call.Response.WriteJsonAsync(200, new NodesBody(source.Current.Nodes), RestJson.Default.NodesBody);
        return null;
    }

    /// <summary><c>GET /v1/cluster/partitions</c>.</summary>
    public async ValueTask<Problem?> PartitionsAsync(RestCall call)
    {
        var body = new PartitionsBody(source.Current.Partitions.Select(Describe));
        await call.Response.WriteJsonAsync(200, body, RestJson.Default.PartitionsBody);
        return null;
    }

    /// <summary><c>GET /health/live</c>: the process answers.</summary>
    public async ValueTask<Problem?> LiveAsync(RestCall call)
    {
        await call.Response.WriteJsonAsync(200, new StatusBody("live"), RestJson.Default.StatusBody);
        return null;
    }

    /// <summary><c>GET /health/ready</c>: the node can serve, or what it waits for.</summary>
    public async ValueTask<Problem?> ReadyAsync(RestCall call)
    {
        if (source.Current.WaitingFor is { } waitingFor)
        {
            return Problem.Of(FaultCode.Starting, $"The node waits for {waitingFor}.") with { WaitingFor = waitingFor };
        }

        await call.Response.WriteJsonAsync(200, new StatusBody("ready"), RestJson.Default.StatusBody);
        return null;
    }

    private static PartitionBody Describe(PartitionView view) => new(
        view.Id,
        [view.FirstSlot, view.LastSlot],
        view.Leader,
        view.Term,
        view.Commit,
        view.Keys,
        view.Bytes,
        view.State,
        view.Replicas);
}
