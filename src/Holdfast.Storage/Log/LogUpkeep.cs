using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// Work on segments that nobody waits for: allocating the next one ahead, recycling or deleting one that is no longer
/// needed. Runs on the bulk lane, one at a time.
/// </summary>
public sealed class LogUpkeep : DiskWork
{
    private readonly string _folder;

    internal LogUpkeep(string folder, Segment? prepared, Segment? spent)
    {
        _folder = folder;
        Prepared = prepared;
        Spent = spent;
    }

    /// <summary>The segment to make ready for the log's next step, or null.</summary>
    internal Segment? Prepared { get; }

    /// <summary>The segment to make it out of, or, when none is prepared, to delete.</summary>
    internal Segment? Spent { get; }

    /// <inheritdoc/>
    public override void Execute(IDisk disk)
    {
        if (Prepared is not null)
        {
            Prepared.Create(disk, Spent, prewrites: true);
            Prepared.File?.Sync();
        }
        else if (Spent is not null)
        {
            Spent.Close();
            disk.Delete(Spent.Path);
        }

        disk.SyncFolder(_folder);
    }
}
