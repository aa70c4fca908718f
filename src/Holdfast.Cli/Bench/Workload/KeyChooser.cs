using Holdfast.Primitives;

namespace Holdfast.Cli.Bench.Workload;

/// <summary>The keys that are there, by number, as inserts add to them; shared by all lanes. Thread-safe.</summary>
internal sealed class KeySet(long loaded)
{
    private readonly ZetaSum _zeta = new();
    private long _reserved = loaded;
    private long _present = loaded;

    /// <summary>The number of a key that nobody has inserted.</summary>
    public long Reserve() => Interlocked.Increment(ref _reserved) - 1;

    /// <summary>An insert was acknowledged.</summary>
    public void Inserted() => Interlocked.Increment(ref _present);

    /// <summary>The number of a key to use.</summary>
    public long Choose(SeededRandom random, Distribution distribution)
    {
        long present = Volatile.Read(ref _present);
        return distribution switch
        {
            Distribution.Uniform => (long)(random.NextDouble() * present),
            Distribution.Zipfian => Zipfian.Scrambled(random, present),
            _ => present - 1 - Zipfian.Rank(random, present, _zeta.Of(present)),
        };
    }
}
