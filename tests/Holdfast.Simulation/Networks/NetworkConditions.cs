namespace Holdfast.Simulation;

/// <summary>How the network treats single frames. Links that are cut or clogged are in <see cref="SimNetwork"/>.</summary>
public sealed class NetworkConditions
{
    /// <summary>The shortest time that a frame takes, in µs.</summary>
    public long MinLatencyMicros { get; set; } = 80;

    /// <summary>What most frames take beyond that at most, in µs; a few take many times as much.</summary>
    public int TypicalExtraMicros { get; set; } = 300;

    /// <summary>The probability that a frame is lost while its connection lasts.</summary>
    public double Loss { get; set; }

    /// <summary>The probability that a frame arrives twice.</summary>
    public double Duplication { get; set; }

    /// <summary>
    /// The probability that a frame is overtaken by later ones. The real transport never does this within a lane, but the
    /// protocol has to survive it.
    /// </summary>
    public double Reordering { get; set; }

    internal void Heal() => (Loss, Duplication, Reordering) = (0, 0, 0);
}
