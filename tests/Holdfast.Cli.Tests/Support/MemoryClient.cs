using System.Globalization;
using System.Text;
using Holdfast.Api;
using Holdfast.Client;
using Holdfast.Primitives;

namespace Holdfast.Cli.Tests.Support;

/// <summary>A client whose cluster is a dictionary. Thread-safe.</summary>
internal sealed class MemoryClient : IHoldfastClient
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<byte[], (byte[] Value, ulong Revision)> _pairs =
        new(Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right)));

    private ulong _revision;

    /// <summary>Called before each put, with its key; may throw, and may wait.</summary>
    public Func<string, Task> BeforePut { get; set; } = _ => Task.CompletedTask;

    /// <summary>Makes every call fail.</summary>
    public HoldfastException? Failure { get; set; }

    public List<WriteOptions?> Writes { get; } = [];

    public List<ListOptions?> Lists { get; } = [];

    public int Disposals { get; private set; }

    public long Retries { get; set; }

    public Dictionary<string, string> Text()
    {
        lock (_lock)
        {
            return _pairs.ToDictionary(
                p => Encoding.UTF8.GetString(p.Key), p => Encoding.UTF8.GetString(p.Value.Value), StringComparer.Ordinal);
        }
    }

    public TimeSpan? LastTimeToLive { get; private set; }

    public Task<StoredValue?> GetAsync(ReadOnlyMemory<byte> key, ReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfFailing();
        lock (_lock)
        {
            return Task.FromResult(_pairs.TryGetValue(key.ToArray(), out (byte[] Value, ulong Revision) found)
                ? new StoredValue(found.Value, new Revision(found.Revision), null) : null);
        }
    }

    public async Task<PutResult> PutAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfFailing();
        await BeforePut(Encoding.UTF8.GetString(key.Span));
        lock (_lock)
        {
            bool there = Check(key.ToArray(), options, out _);
            _pairs[key.ToArray()] = (value.ToArray(), ++_revision);
            LastTimeToLive = options?.TimeToLive;
            return new PutResult(new Revision(_revision), !there);
        }
    }

    public Task<AppendResult> AppendAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfFailing();
        lock (_lock)
        {
            bool there = Check(key.ToArray(), options, out byte[] old);
            byte[] all = [.. old, .. value.Span];
            _pairs[key.ToArray()] = (all, ++_revision);
            return Task.FromResult(new AppendResult(new Revision(_revision), all.Length, !there));
        }
    }

    public Task<DeleteResult> DeleteAsync(
        ReadOnlyMemory<byte> key, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfFailing();
        lock (_lock)
        {
            Check(key.ToArray(), options, out _);
            bool deleted = _pairs.Remove(key.ToArray());
            return Task.FromResult(new DeleteResult(deleted, deleted ? new Revision(++_revision) : Revision.None));
        }
    }

    public Task<IncrementResult> IncrementAsync(
        ReadOnlyMemory<byte> key, long by = 1, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfFailing();
        lock (_lock)
        {
            bool there = Check(key.ToArray(), options, out byte[] old);
            long sum = (there ? long.Parse(Encoding.UTF8.GetString(old), CultureInfo.InvariantCulture) : 0) + by;
            _pairs[key.ToArray()] = (Encoding.UTF8.GetBytes(sum.ToString(CultureInfo.InvariantCulture)), ++_revision);
            return Task.FromResult(new IncrementResult(new Revision(_revision), sum));
        }
    }

    public Task<BatchResult> BatchAsync(Batch batch, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("no command makes a batch");

    public async IAsyncEnumerable<ListItem> ListAsync(
        ListOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ThrowIfFailing();
        options ??= new ListOptions();
        List<ListItem> items;
        lock (_lock)
        {
            Lists.Add(options);
            items = [.. _pairs.Where(p => p.Key.AsSpan().StartsWith(options.Prefix.Span))
                .Select(p => new ListItem(p.Key, options.KeysOnly ? [] : p.Value.Value, new Revision(p.Value.Revision), null))];
        }

        foreach (ListItem item in items.Take((int)(options.Limit ?? int.MaxValue)))
        {
            await Task.Yield();
            yield return item;
        }
    }

    public IAsyncEnumerable<ListItem> ListPartitionAsync(
        PartitionId partition, ListOptions? options = null, CancellationToken cancellationToken = default) =>
        ListAsync(options, cancellationToken);

    /// <summary>What a watch tells, before it goes on for ever.</summary>
    public IReadOnlyList<WatchEvent> Events { get; set; } = [];

    public WatchOptions? LastWatch { get; private set; }

    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        WatchOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ThrowIfFailing();
        LastWatch = options;
        foreach (WatchEvent told in Events)
        {
            yield return told;
        }

        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    public Task<long> ClearAsync(ReadOnlyMemory<byte> prefix, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfFailing();
        lock (_lock)
        {
            List<byte[]> keys = [.. _pairs.Keys.Where(k => k.AsSpan().StartsWith(prefix.Span))];
            keys.ForEach(k => _pairs.Remove(k));
            return Task.FromResult((long)keys.Count);
        }
    }

    public Task<long> CountAsync(ReadOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult((long)Text().Count);

    public Task<ClusterInfo> GetClusterAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfFailing();
        return Task.FromResult(new ClusterInfo
        {
            Id = "ab12",
            Partitions = 2,
            Replicas = 3,
            Health = "degraded",
            System = new SystemInfo(1, 4, [0, 1]),
            Problems = [new ProblemInfo("node-down", null, "node 1 is down", "start it")],
        });
    }

    public Task<IReadOnlyList<NodeInfo>> GetNodesAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<NodeInfo>>(
    [
        new()
        {
            Id = 0, Address = "localhost:8000", State = "up", Leaders = 1,
            MemoryBytes = 1536, Disk = new DiskInfo("ok", 1 << 30, 420), LastSeenMs = 3,
        },
        new() { Id = 1, Address = "[::1]:8001", State = "down" },
    ]);

    public Task<IReadOnlyList<PartitionInfo>> GetPartitionsAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<PartitionInfo>>(
    [
        new()
        {
            Id = 0, Slots = [0, 8191], Leader = 0, Term = 3, Commit = 90, Keys = 10, Bytes = 999, State = "under-replicated",
            Replicas = [new(0, "leader", 90, 90, 0, "ok"), new(1, "follower", 5, 5, 85, "down")],
        },
        new() { Id = 1, Slots = [8192, 16383], State = "no-leader" },
    ]);

    public ValueTask DisposeAsync()
    {
        Disposals++;
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether the key is there; throws when a condition does not hold.</summary>
    private bool Check(byte[] key, WriteOptions? options, out byte[] old)
    {
        Writes.Add(options);
        bool there = _pairs.TryGetValue(key, out (byte[] Value, ulong Revision) found);
        old = there ? found.Value : [];
        bool holds = !(options is { IfAbsent: true } && there)
            && (options?.IfRevision is not { } wanted || wanted.Value == found.Revision);
        return holds ? there : throw new HoldfastException(
            new Fault(FaultCode.ConditionFailed, Outcome.NotApplied, "the condition did not hold", new Revision(found.Revision)));
    }

    private void ThrowIfFailing()
    {
        if (Failure is not null)
        {
            throw Failure;
        }
    }
}
