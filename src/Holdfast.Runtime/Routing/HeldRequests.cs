using Holdfast.Primitives;
using Holdfast.Runtime.Requests;

namespace Holdfast.Runtime.Routing;

/// <summary>The requests that wait at this node until they can be carried out or sent on: of each partition in the order in which they came.</summary>
internal sealed class HeldRequests
{
    private readonly Dictionary<PartitionId, Line> _lines = [];
    private PartitionId? _released;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes they take.</summary>
    public long Bytes { get; private set; }

    /// <summary>The partitions of which some wait, as they are now.</summary>
    public PartitionId[] Partitions => [.. _lines.Keys];

    /// <summary>Whether a request of a partition has to wait behind others. What is released has not: it was the first.</summary>
    public bool HasBefore(PartitionId partition) => _released != partition && _lines.ContainsKey(partition);

    /// <summary>Whether a partition's requests are released now: what is added meanwhile waited before.</summary>
    public bool IsReleased(PartitionId partition) => _released == partition;

    /// <summary>Lets a request wait: behind the others of its partition, or, while these are released, before them.</summary>
    public void Add(PartitionId partition, in PendingRequest request)
    {
        if (!_lines.TryGetValue(partition, out Line? line))
        {
            line = new Line();
            _lines.Add(partition, line);
        }

        if (_released == partition)
        {
            Invariant.Require(line.First is null, "what is released is one request at a time");
            line.First = request;
        }
        else
        {
            line.Rest.Enqueue(request);
        }

        Count++;
        Bytes += request.Bytes.Length;
    }

    /// <summary>Gives the requests of a partition to <paramref name="route"/>, in order, until one has to wait again.</summary>
    public void Release(PartitionId partition, Action<PendingRequest> route)
    {
        if (!_lines.TryGetValue(partition, out Line? line))
        {
            return;
        }

        Invariant.Require(_released is null, "the requests of one partition are released at a time");
        _released = partition;
        do
        {
            route(Take(line));
        }
        while (line is { First: null, Rest.Count: > 0 });

        _released = null;
        RemoveIfEmpty(partition, line);
    }

    /// <summary>Takes all of a partition, in order.</summary>
    public PendingRequest[] TakeAll(PartitionId partition) => TakeAll(partition, _ => true);

    /// <summary>Takes those of a partition that match, in order.</summary>
    public PendingRequest[] TakeAll(PartitionId partition, Predicate<PendingRequest> match)
    {
        if (!_lines.TryGetValue(partition, out Line? line))
        {
            return [];
        }

        var taken = new List<PendingRequest>();
        for (int remaining = line.Count; remaining > 0; remaining--)
        {
            PendingRequest request = Take(line);
            if (match(request))
            {
                taken.Add(request);
            }
            else
            {
                Add(partition, request);
            }
        }

        RemoveIfEmpty(partition, line);
        return [.. taken];
    }

    private PendingRequest Take(Line line)
    {
        PendingRequest request = line.First ?? line.Rest.Dequeue();
        line.First = null;
        Count--;
        Bytes -= request.Bytes.Length;
        return request;
    }

    private void RemoveIfEmpty(PartitionId partition, Line line)
    {
        if (line.Count == 0)
        {
            _lines.Remove(partition);
        }
    }

    private sealed class Line
    {
        public PendingRequest? First { get; set; }

        public Queue<PendingRequest> Rest { get; } = [];

        public int Count => Rest.Count + (First is null ? 0 : 1);
    }
}
