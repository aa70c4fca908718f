using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>
/// A client's session with one partition. Its first write is one that may take effect twice, since nothing can tell a session that was
/// forgotten from one that has not begun. Some are used though they never began, which the partition must refuse.
/// </summary>
internal sealed class WriteSession(SeededRandom random)
{
    private const ulong FirstSequence = 1;
    private const int MostOpen = 4;

    private ulong _id = random.NextUInt64() | 1;
    private ulong _last = FirstSequence;

    /// <summary>It was never begun, though it passes for open.</summary>
    public bool IsUnknown { get; private set; } = random.Chance(0.1);

    /// <summary>The first write was answered: others may follow.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The number of the first write.</summary>
    public SessionNumber First => new(_id, FirstSequence, FirstSequence);

    /// <summary>A number for another write. Some older ones pass for open, though nobody asks for their answers any more.</summary>
    public SessionNumber Next()
    {
        _last++;
        ulong open = (ulong)random.Next(MostOpen);
        return new SessionNumber(_id, _last, _last - Math.Min(open, _last - FirstSequence));
    }

    public void Opened() => IsOpen = true;

    /// <summary>The partition forgot the session: another takes its place.</summary>
    public void Renew()
    {
        IsOpen = IsUnknown = false;
        _last = FirstSequence;
        _id = random.NextUInt64() | 1;
    }
}
