namespace Holdfast.Api;

/// <summary>
/// The number of a write in a session with one partition (Ongaro §6.3). However often it is sent, it takes effect once while the session
/// lives, which it does for ten minutes of the partition's time after its last write. The first write of a session has sequence 1 and is
/// answered before others are sent.
/// </summary>
/// <param name="Session">The session: random, never zero, never used again; zero for none.</param>
/// <param name="Sequence">The write's number, from 1.</param>
/// <param name="LowestOpen">The lowest number whose answer is still waited for: results below it are forgotten.</param>
public readonly record struct SessionNumber(ulong Session, ulong Sequence, ulong LowestOpen)
{
    /// <summary>Whether there is none.</summary>
    public bool IsNone => Session == 0;

    /// <summary>Whether the numbers go together.</summary>
    public bool IsValid => Session != 0 && LowestOpen != 0 && LowestOpen <= Sequence;
}
