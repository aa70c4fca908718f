namespace Holdfast.Primitives;

/// <summary>
/// A piece of disk work that the engine hands out and gets back: <see cref="Execute"/> runs once on a lane's thread (in
/// simulation: at a moment of virtual time), then the same object returns to the engine as an input.
/// </summary>
public abstract class DiskWork
{
    /// <summary>Why it failed, set by whoever ran it; null when it succeeded.</summary>
    public DiskException? Failure { get; set; }

    /// <summary>Does the work. Blocks; throws <see cref="DiskException"/> when the disk refuses.</summary>
    public abstract void Execute(IDisk disk);
}

/// <summary>The lanes on which disk work runs: in order within a lane, side by side between lanes.</summary>
public enum DiskLane
{
    /// <summary>The log: short work on which acknowledgements wait.</summary>
    Log,

    /// <summary>Snapshots and other bulk work, which must not delay the log.</summary>
    Bulk,
}

/// <summary>Where the engine hands out disk work. Never blocks.</summary>
public interface IDiskLanes
{
    /// <summary>Queues work on a lane; it comes back through the engine's input when it has run.</summary>
    void Submit(DiskLane lane, DiskWork work);
}
