namespace Holdfast.Keyspace.Tests.Support;

/// <summary>A change copied out of a keyspace, or that of a model.</summary>
internal sealed record Told(ChangeKind Kind, ulong Revision, ulong Deadline, byte[] Key, byte[] Value)
{
    public bool Equals(Told? other) => other is not null
        && (Kind, Revision, Deadline) == (other.Kind, other.Revision, other.Deadline)
        && Key.AsSpan().SequenceEqual(other.Key)
        && Value.AsSpan().SequenceEqual(other.Value);

    public override int GetHashCode() => HashCode.Combine(Kind, Revision);

    public override string ToString() =>
        $"{Kind} {Convert.ToHexString(Key)} @{Revision} !{Deadline} {Value.Length}:{Convert.ToHexString(Value[..Math.Min(20, Value.Length)])}";
}

/// <summary>A visitor that keeps all it is given.</summary>
internal readonly struct ChangeCollector() : IChangeVisitor
{
    public List<Told> Changes { get; } = [];

    public void Visit(ChangeView change) => Changes.Add(
        new(change.Kind, change.Revision.Value, change.DeadlineMs, change.Key.ToArray(), change.Value.ToArray()));
}
