using System.Diagnostics.CodeAnalysis;
using Holdfast.Primitives;
using Holdfast.Runtime.Requests;

namespace Holdfast.Runtime.Routing;

/// <summary>The requests that wait at this node until they can be carried out or sent on: of each partition in the order in which they came.</summary>
internal sealed class HeldRequests
{
    private readonly Dictionary<PartitionId, Queue<PendingRequest>> _queues = [];

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes they take.</summary>
    public long Bytes { get; private set; }

    /// <summary>The partitions of which some wait, as they are now.</summary>
    public PartitionId[] Partitions => [.. _queues.Keys];

    /// <summary>Whether some of a partition wait.</summary>
    public bool Contains(PartitionId partition) => _queues.ContainsKey(partition);

    /// <summary>Lets a request wait behind the others of its partition.</summary>
    public void Add(PartitionId partition, in PendingRequest request)
    {
        if (!_queues.TryGetValue(partition, out Queue<PendingRequest>? queue))
        {
            queue = new Queue<PendingRequest>();
            _queues.Add(partition, queue);
        }

        queue.Enqueue(request);
        Count++;
        Bytes += request.Bytes.Length;
    }

    /// <summary>Takes all of a partition, in order; false when there are none.</summary>
    public bool TryTake(PartitionId partition, [NotNullWhen(true)] out Queue<PendingRequest>? queue)
    {
        if (!_queues.Remove(partition, out queue))
        {
            return false;
        }

        Count -= queue.Count;
        foreach (PendingRequest request in queue)
        {
            Bytes -= request.Bytes.Length;
        }

        return true;
    }
}
