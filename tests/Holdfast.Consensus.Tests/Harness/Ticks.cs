namespace Holdfast.Consensus.Tests.Harness;

/// <summary>Lets time pass for one replica.</summary>
internal static class Ticks
{
    /// <summary>One tick. What the node does in it must have been due: an engine would not have called it otherwise.</summary>
    public static void Tick(this RaftNode node, RaftClock clock)
    {
        clock.Advance(1, clock.Micros + RaftOptions.TickMicros);
        bool isDue = node.Due <= clock.Ticks;
        string before = isDue ? "" : node.ToString();
        bool wasReady = node.HasReady;
        node.Tick();
        Assert.True(isDue || (node.HasReady == wasReady && node.ToString() == before), "nothing happens before it is due");
    }
}
