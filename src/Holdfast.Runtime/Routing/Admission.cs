using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Routing;

/// <summary>
/// Whether writes are taken at all. They are refused before they are proposed, so a refused write is not applied; deletes are taken as
/// long as consensus works, since they are the way out.
/// </summary>
internal sealed class Admission(EngineOptions options)
{
    /// <summary>Whether the disk's free space is below the reserve that deletes, votes and snapshots need.</summary>
    public bool IsDiskFull { get; set; }

    /// <summary>Whether so much waits for room in the log that nothing more may be added.</summary>
    public bool IsLogHeld { get; set; }

    /// <summary>The memory that keyspaces take, in bytes.</summary>
    public long MemoryBytes { get; set; }

    /// <summary>Whether the memory is full.</summary>
    public bool IsMemoryFull => options.MaxMemoryBytes > 0 && MemoryBytes >= options.MaxMemoryBytes;

    /// <summary>Why a write is refused; null when it is not.</summary>
    public Fault? Refuse(Operation operation)
    {
        if (IsLogHeld)
        {
            return new Fault(
                FaultCode.DiskFull, Outcome.NotApplied, "the disk has no room for the log: wait for snapshots to free some, or give it space", default, 1000);
        }

        if (operation is Operation.Delete or Operation.Clear or Operation.Flush)
        {
            return null;
        }

        if (IsDiskFull)
        {
            return new Fault(
                FaultCode.DiskFull, Outcome.NotApplied, "the disk is nearly full: delete keys, or give it space; writes are taken again by themselves", default, 1000);
        }

        return IsMemoryFull
            ? new Fault(FaultCode.MemoryFull, Outcome.NotApplied, "the keyspaces take all the memory that --max-memory allows: delete keys, or raise it", default, 1000)
            : null;
    }
}
