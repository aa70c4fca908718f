using Holdfast.Primitives;

namespace Holdfast.Runtime.Snapshots;

/// <summary>Disk work that something goes on after: remembers what, by the work's object.</summary>
internal sealed class BulkWork(IDiskLanes lanes)
{
    private readonly Dictionary<DiskWork, Action<DiskWork>> _then = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether nothing is on its way.</summary>
    public bool IsIdle => _then.Count == 0;

    /// <summary>Hands work to the bulk lane; <paramref name="then"/> runs when it is back.</summary>
    public void Submit(DiskWork work, Action<DiskWork> then)
    {
        _then.Add(work, then);
        lanes.Submit(DiskLane.Bulk, work);
    }

    /// <summary>Work is back; false when it was not submitted here.</summary>
    public bool TryComplete(DiskWork work)
    {
        if (!_then.Remove(work, out Action<DiskWork>? then))
        {
            return false;
        }

        then(work);
        return true;
    }
}
