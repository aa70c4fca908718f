namespace Holdfast.Storage;

/// <summary>Decides how much more of the disk a log may take. The engine's thread calls it.</summary>
public interface ISegmentSpace
{
    /// <summary>
    /// A segment of <paramref name="wanted"/> bytes is to be made: returns how many it may have, from <paramref name="least"/> to that, or 0
    /// when it may not be made now. Those bytes count as taken.
    /// </summary>
    /// <param name="wanted">The bytes of a whole segment, or more where a batch needs more.</param>
    /// <param name="least">The bytes that are of use.</param>
    /// <param name="isAwaited">Whether a batch waits for it; else it is made ahead.</param>
    long Grant(long wanted, long least, bool isAwaited);

    /// <summary>A segment that was granted so many bytes was made, or could not be: a later look at the disk shows it.</summary>
    void Settle(long bytes);
}

/// <summary>As much as the log wants.</summary>
internal sealed class BoundlessSpace : ISegmentSpace
{
    public static BoundlessSpace Instance { get; } = new();

    public long Grant(long wanted, long least, bool isAwaited) => wanted;

    public void Settle(long bytes)
    {
        // Nobody counts.
    }
}
