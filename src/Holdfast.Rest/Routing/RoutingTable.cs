using Holdfast.Api;
using Holdfast.Rest.Batches;
using Holdfast.Rest.Bulk;
using Holdfast.Rest.Clearing;
using Holdfast.Rest.Cluster;
using Holdfast.Rest.KeyValue;
using Holdfast.Rest.Listing;
using Holdfast.Rest.Problems;
using Holdfast.Rest.Watching;

namespace Holdfast.Rest.Routing;

/// <summary>Which resource stands at which path, as the contract lists them.</summary>
internal sealed class RoutingTable
{
    private const string Get = "GET";
    private const string Head = "HEAD";
    private const string Put = "PUT";
    private const string Post = "POST";
    private const string Patch = "PATCH";
    private const string Delete = "DELETE";

    private readonly IRequestGate _gate;
    private readonly Resource _key;
    private readonly Dictionary<string, Resource> _fixed = new(StringComparer.Ordinal);
    private readonly List<(string[] Pattern, Resource Resource)> _patterns = [];

    public RoutingTable(
        IRequestGate gate,
        KeyReads reads,
        KeyWrites writes,
        ListingCalls listing,
        ClearCalls clears,
        BatchCalls batches,
        SetCalls sets,
        BulkReads bulkReads,
        ClusterCalls cluster,
        WatchCalls watches)
    {
        _gate = gate;
        _key = new Resource(
            new Verb(Get, Serving(reads.GetAsync)),
            new Verb(Head, Serving(reads.GetAsync)),
            new Verb(Put, Serving(writes.PutAsync), IsWrite: true),
            new Verb(Post, Serving(writes.PostAsync), IsWrite: true),
            new Verb(Delete, Serving(writes.DeleteAsync), IsWrite: true));
        AddKeys(reads, writes, listing, clears);
        AddMany(batches, sets, bulkReads);
        AddCluster(cluster);
        _fixed["/v1/watch"] = new Resource(new Verb(Get, Serving(watches.WatchAsync)));
        AddUnbuilt();
    }

    /// <summary>What stands at a raw path; null when nothing does.</summary>
    public Resource? Find(string path)
    {
        if (path.StartsWith(Paths.KeyPrefix, StringComparison.Ordinal))
        {
            return _key;
        }

        return _fixed.TryGetValue(path, out Resource? resource)
            ? resource
            : _patterns.Find(entry => Matches(entry.Pattern, path)).Resource;
    }

    private void AddKeys(KeyReads reads, KeyWrites writes, ListingCalls listing, ClearCalls clears)
    {
        Handler read = call => call.Query.Has("key") ? reads.GetAsync(call) : listing.ListAsync(call);
        Handler remove = call => call.Query.Has("key") ? writes.DeleteAsync(call) : clears.ClearAsync(call);
        _fixed[Paths.Keys] = new Resource(
            new Verb(Get, Serving(read)),
            new Verb(Head, Serving(read)),
            new Verb(Put, Serving(writes.PutAsync), IsWrite: true),
            new Verb(Post, Serving(writes.PostAsync), IsWrite: true),
            new Verb(Delete, Serving(remove), IsWrite: true));
        _fixed["/get"] = new Resource(new Verb(Get, Serving(reads.GetAsync)), new Verb(Head, Serving(reads.GetAsync)));
        _fixed["/put"] = new Resource(new Verb(Post, Serving(writes.PutShortAsync), IsWrite: true));
        _fixed["/append"] = new Resource(new Verb(Post, Serving(writes.AppendShortAsync), IsWrite: true));
    }

    private void AddMany(BatchCalls batches, SetCalls sets, BulkReads reads)
    {
        _fixed["/v1/batch"] = new Resource(new Verb(Post, Serving(batches.BatchAsync), IsWrite: true));
        _fixed["/set"] = new Resource(
            new Verb(Post, Serving(sets.SetAsync), IsWrite: true), new Verb(Put, Serving(sets.SetAsync), IsWrite: true));
        _fixed["/fetch"] = new Resource(new Verb(Post, Serving(reads.FetchAsync)));
        _fixed["/query"] = new Resource(new Verb(Post, Serving(reads.QueryAsync)));
    }

    private void AddCluster(ClusterCalls cluster)
    {
        _fixed["/v1/cluster"] = Readable(cluster.ClusterAsync);
        _fixed["/v1/cluster/partitions"] = Readable(cluster.PartitionsAsync);
        _fixed["/health/live"] = Readable(cluster.LiveAsync);
        _fixed["/health/ready"] = Readable(cluster.ReadyAsync);
        _fixed["/v1/cluster/nodes"] = new Resource(
            new Verb(Get, cluster.NodesAsync), new Verb(Head, cluster.NodesAsync), new Verb(Post, Unbuilt, IsWrite: true));
    }

    /// <summary>What the contract has and this version has not: it answers so, which a 404 would not.</summary>
    private void AddUnbuilt()
    {
        _fixed["/v1/backup"] = new Resource(new Verb(Get, Unbuilt));
        _fixed["/v1/restore"] = new Resource(new Verb(Post, Unbuilt, IsWrite: true));
        _fixed["/metrics"] = new Resource(new Verb(Get, Unbuilt));
        _fixed["/openapi/v1.json"] = new Resource(new Verb(Get, Unbuilt));
        AddPattern("/v1/cluster/nodes/*", new Verb(Delete, Unbuilt, IsWrite: true), new Verb(Patch, Unbuilt, IsWrite: true));
        AddPattern("/v1/cluster/nodes/*/drain", new Verb(Post, Unbuilt, IsWrite: true));
        AddPattern("/v1/cluster/nodes/*/replace", new Verb(Post, Unbuilt, IsWrite: true));
        AddPattern("/v1/cluster/operations/*", new Verb(Get, Unbuilt), new Verb(Delete, Unbuilt, IsWrite: true));
        AddPattern("/v1/cluster/partitions/*/leader", new Verb(Post, Unbuilt, IsWrite: true));
        AddPattern("/v1/cluster/partitions/*/move", new Verb(Post, Unbuilt, IsWrite: true));
    }

    private void AddPattern(string pattern, params Verb[] verbs) => _patterns.Add((pattern.Split('*'), new Resource(verbs)));

    private static Resource Readable(Handler handler) => new(new Verb(Get, handler), new Verb(Head, handler));

    private static ValueTask<Problem?> Unbuilt(Calls.RestCall call) =>
        new(Problem.Of(FaultCode.Unsupported, $"This version does not have {call.Http.Request.Method} {call.Target.Path}."));

    /// <summary>What needs the keyspace waits for the node to know its partitions.</summary>
    private Handler Serving(Handler handler) => call => _gate.PartitionCount == 0
        ? new(Problem.Of(FaultCode.Starting, "The node does not know its cluster yet."))
        : handler(call);

    /// <summary>Whether a path is what stands before the star, one segment, and what stands after it.</summary>
    private static bool Matches(string[] pattern, string path) =>
        path.Length > pattern[0].Length + pattern[1].Length
        && path.StartsWith(pattern[0], StringComparison.Ordinal)
        && path.EndsWith(pattern[1], StringComparison.Ordinal)
        && !path.AsSpan()[pattern[0].Length..^pattern[1].Length].Contains('/');
}
