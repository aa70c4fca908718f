namespace Holdfast.Simulation;

/// <summary>How often each fault has really occurred in a world.</summary>
public sealed class FaultCounts
{
    private readonly long[] _counts = new long[AllKinds.Length];

    private static FaultKind[] AllKinds { get; } = Enum.GetValues<FaultKind>();

    /// <summary>How often a fault occurred.</summary>
    public long this[FaultKind kind] => _counts[(int)kind];

    /// <summary>Every kind with its count, in the order of kinds.</summary>
    public IEnumerable<(FaultKind Kind, long Count)> All => AllKinds.Select(kind => (kind, this[kind]));

    /// <summary>Adds another world's counts.</summary>
    public void Add(FaultCounts other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }

    internal void Increment(FaultKind kind) => _counts[(int)kind]++;
}
