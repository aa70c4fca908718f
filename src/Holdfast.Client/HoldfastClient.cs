using System.Runtime.CompilerServices;
using Holdfast.Api;
using Holdfast.Client.Calls;
using Holdfast.Client.Cluster;
using Holdfast.Client.Listing;
using Holdfast.Client.Watching;
using Holdfast.Primitives;

namespace Holdfast.Client;

/// <summary>
/// The client over the native protocol. Connects when first used, keeps one connection to an endpoint and sends all that its callers
/// ask at one time in one write; moves to the next endpoint when one fails. One client is enough for a process.
/// </summary>
public sealed class HoldfastClient : IHoldfastClient
{
    private static readonly WriteOptions PlainWrite = new();
    private static readonly ReadOptions PlainRead = new();
    private static readonly ListOptions Everything = new();

    private readonly HoldfastClientOptions _options;
    private readonly Caller _caller;
    private readonly ClusterApi _cluster;
    private readonly ClusterIdentity _identity;

    /// <summary>A client that connects when it is first used.</summary>
    /// <exception cref="ArgumentException">The options name no endpoint.</exception>
    public HoldfastClient(HoldfastClientOptions options)
    {
        if (options.Endpoints.Count == 0)
        {
            throw new ArgumentException("a client needs at least one endpoint", nameof(options));
        }

        _options = options;
        _caller = new Caller(options);
        _cluster = new ClusterApi(options);
        _identity = new ClusterIdentity(_cluster, options);
    }

    /// <inheritdoc/>
    public long Retries => _caller.Retries;

    /// <inheritdoc/>
    public async Task<StoredValue?> GetAsync(
        ReadOnlyMemory<byte> key, ReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        Answer answer = await _caller.CallAsync(Read(Operation.Get, options) with { Key = key }, cancellationToken);
        return answer.Found ? new StoredValue(answer.Payload, answer.Revision, answer.TimeToLive) : null;
    }

    /// <inheritdoc/>
    public async Task<PutResult> PutAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        Answer answer = await _caller.CallAsync(Write(Operation.Put, options) with { Key = key, Value = value }, cancellationToken);
        return new PutResult(answer.Revision, answer.Created);
    }

    /// <inheritdoc/>
    public async Task<AppendResult> AppendAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        Answer answer = await _caller.CallAsync(Write(Operation.Append, options) with { Key = key, Value = value }, cancellationToken);
        return new AppendResult(answer.Revision, answer.Number, answer.Created);
    }

    /// <inheritdoc/>
    public async Task<DeleteResult> DeleteAsync(
        ReadOnlyMemory<byte> key, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        Answer answer = await _caller.CallAsync(Write(Operation.Delete, options) with { Key = key }, cancellationToken);
        return new DeleteResult(answer.Found, answer.Found ? answer.Revision : Revision.None);
    }

    /// <inheritdoc/>
    public async Task<IncrementResult> IncrementAsync(
        ReadOnlyMemory<byte> key, long by = 1, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        Answer answer = await _caller.CallAsync(Write(Operation.Increment, options) with { Key = key, Argument = by }, cancellationToken);
        return new IncrementResult(answer.Revision, answer.Number);
    }

    /// <inheritdoc/>
    public async Task<BatchResult> BatchAsync(Batch batch, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (batch.Count == 0)
        {
            throw new ArgumentException("a batch has an operation", nameof(batch));
        }

        int count = batch.Count;
        Answer answer = await _caller.CallAsync(batch.On(Write(Operation.Batch, options)), cancellationToken);
        return BatchResult.Of(answer.Payload, answer.Revision, count);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ListItem> ListAsync(
        ListOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ListOptions wanted = options ?? Everything;
        int partitions = (await _identity.GetAsync(wanted.Timeout, cancellationToken)).Partitions;
        await foreach (ListItem item in Listings.Merged(_caller, partitions, wanted, cancellationToken))
        {
            yield return item;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ListItem> ListPartitionAsync(
        PartitionId partition, ListOptions? options = null, CancellationToken cancellationToken = default) =>
        Listings.OfPartition(_caller, partition, options ?? Everything, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<WatchEvent> WatchAsync(WatchOptions? options = null, CancellationToken cancellationToken = default) =>
        new Watch(_caller, _identity, _options, options ?? new WatchOptions()).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<long> ClearAsync(
        ReadOnlyMemory<byte> prefix, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        Call call = Write(Operation.Clear, options) with { Key = prefix, Value = KeyRange.EndOfPrefix(prefix.Span) };
        int partitions = (await _identity.GetAsync(call.Timeout, cancellationToken)).Partitions;
        long[] cleared = await Task.WhenAll(Enumerable.Range(0, partitions)
            .Select(p => ClearPartitionAsync(call with { Partition = new PartitionId((uint)p) }, cancellationToken)));
        return cleared.Sum();
    }

    /// <inheritdoc/>
    public async Task<long> CountAsync(ReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        Call call = Read(Operation.Count, options);
        int partitions = (await _identity.GetAsync(call.Timeout, cancellationToken)).Partitions;
        Answer[] counts = await Task.WhenAll(Enumerable.Range(0, partitions)
            .Select(p => _caller.CallAsync(call with { Partition = new PartitionId((uint)p) }, cancellationToken)));
        return counts.Sum(c => c.Number);
    }

    /// <inheritdoc/>
    public Task<ClusterInfo> GetClusterAsync(CancellationToken cancellationToken = default) =>
        _cluster.GetAsync("/v1/cluster", ClusterJson.Default.ClusterInfo, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NodeInfo>> GetNodesAsync(CancellationToken cancellationToken = default) =>
        (await _cluster.GetAsync("/v1/cluster/nodes", ClusterJson.Default.NodeList, cancellationToken)).Nodes;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PartitionInfo>> GetPartitionsAsync(CancellationToken cancellationToken = default) =>
        (await _cluster.GetAsync("/v1/cluster/partitions", ClusterJson.Default.PartitionList, cancellationToken)).Partitions;

    /// <summary>Step after step, under the bound that the first one found, so that keys written meanwhile stay.</summary>
    private async Task<long> ClearPartitionAsync(Call step, CancellationToken cancellationToken)
    {
        long cleared = 0;
        while (true)
        {
            Answer answer = await _caller.CallAsync(step, cancellationToken);
            cleared += answer.Number;
            if (!answer.More)
            {
                return cleared;
            }

            step = step with
            {
                Key = answer.Payload,
                Revision = answer.Revision,
                Token = step.Token.IsEmpty ? default : NewToken(),
            };
        }
    }

    private static byte[] NewToken() => Guid.NewGuid().ToByteArray();

    private static Call Read(Operation operation, ReadOptions? options)
    {
        options ??= PlainRead;
        return new Call
        {
            Operation = operation,
            Flags = options.Stale ? RequestFlags.Stale : RequestFlags.None,
            Timeout = options.Timeout,
        };
    }

    private static Call Write(Operation operation, WriteOptions? options)
    {
        options ??= PlainWrite;
        bool conditional = options.IfAbsent || options.IfRevision is not null;
        if (options.IfAbsent && options.IfRevision is not null)
        {
            throw new ArgumentException("a write takes one condition", nameof(options));
        }

        if (options.RetryUnknown && (conditional || operation is Operation.Append or Operation.Increment or Operation.Batch))
        {
            throw new ArgumentException("only a put, delete or clear without a condition is harmless when done twice", nameof(options));
        }

        if (operation is Operation.Clear or Operation.Batch && conditional)
        {
            throw new ArgumentException("a clear takes no condition, and a batch those of its operations", nameof(options));
        }

        if (options.TimeToLive is { } timeToLive && (operation != Operation.Put || timeToLive < TimeSpan.FromMilliseconds(1)))
        {
            throw new ArgumentException("a put alone takes a time to live, of a millisecond or more", nameof(options));
        }

        RequestFlags flags = options.IfAbsent ? RequestFlags.IfAbsent : RequestFlags.None;
        flags |= options.IfRevision is null ? RequestFlags.None : RequestFlags.IfRevision;
        return new Call
        {
            Operation = operation,
            Flags = flags,
            Revision = options.IfRevision ?? Revision.None,
            Timeout = options.Timeout,
            Repeatable = options.RetryUnknown || options.ExactlyOnce,
            Token = options.ExactlyOnce ? NewToken() : default,
            Expiry = options.TimeToLive is { } left ? Expiry.After((long)left.TotalMilliseconds) : Expiry.Never,
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _caller.DisposeAsync();
        _cluster.Dispose();
    }
}
