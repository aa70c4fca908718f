using Holdfast.Primitives;

namespace Holdfast.Client;

/// <summary>
/// A cluster as its callers see it. Thread-safe. Every call fails with <see cref="HoldfastException"/>, or with
/// <see cref="OperationCanceledException"/> when its token is cancelled, after which a write may still take effect. The memory of
/// keys and values must not change before the call is over.
/// </summary>
public interface IHoldfastClient : IAsyncDisposable
{
    /// <summary>How many attempts were repeated since the client was made.</summary>
    long Retries { get; }

    /// <summary>The value of a key; null when absent.</summary>
    Task<StoredValue?> GetAsync(ReadOnlyMemory<byte> key, ReadOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Sets a key to a value.</summary>
    Task<PutResult> PutAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Appends to a key's value; creates the key when absent.</summary>
    Task<AppendResult> AppendAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Removes a key.</summary>
    Task<DeleteResult> DeleteAsync(
        ReadOnlyMemory<byte> key, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Adds to the integer that a key holds; an absent key holds zero.</summary>
    Task<IncrementResult> IncrementAsync(
        ReadOnlyMemory<byte> key, long by = 1, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Carries out the operations of a batch as one change, all or none. Of the options a batch takes the timeout and
    /// <see cref="WriteOptions.ExactlyOnce"/>. A failure says by <see cref="HoldfastException.BatchIndex"/> which operation's it is.
    /// </summary>
    Task<BatchResult> BatchAsync(Batch batch, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The pairs of all partitions in the order of unsigned bytes. Each page of a partition is read at one revision.</summary>
    IAsyncEnumerable<ListItem> ListAsync(ListOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The pairs of one partition in the order of unsigned bytes.</summary>
    IAsyncEnumerable<ListItem> ListPartitionAsync(
        PartitionId partition, ListOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// The changes of keys as they take effect, from now or where a token says, for as long as the caller goes on: in order for each key,
    /// none missed and none twice, across nodes that fail and leaders that change. A node that can't be reached is tried again without end.
    /// Throws <see cref="ObjectDisposedException"/> once the client is disposed of.
    /// </summary>
    IAsyncEnumerable<WatchEvent> WatchAsync(WatchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes the keys that begin with <paramref name="prefix"/> (empty: all) at its start; gives how many.</summary>
    Task<long> ClearAsync(ReadOnlyMemory<byte> prefix, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The number of keys, each partition counted at a moment of its own.</summary>
    Task<long> CountAsync(ReadOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The cluster as the endpoint that answers sees it.</summary>
    Task<ClusterInfo> GetClusterAsync(CancellationToken cancellationToken = default);

    /// <summary>The nodes as the endpoint that answers sees them.</summary>
    Task<IReadOnlyList<NodeInfo>> GetNodesAsync(CancellationToken cancellationToken = default);

    /// <summary>The partitions as the endpoint that answers sees them.</summary>
    Task<IReadOnlyList<PartitionInfo>> GetPartitionsAsync(CancellationToken cancellationToken = default);
}
