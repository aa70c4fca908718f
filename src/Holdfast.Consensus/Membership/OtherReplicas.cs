using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>All replicas of a list but one, for a loop without allocation.</summary>
internal ref struct OtherReplicas(ReadOnlySpan<ReplicaId> all, ReplicaId but)
{
    private ReadOnlySpan<ReplicaId> _rest = all;

    /// <summary>The replica that the loop is at.</summary>
    public ReplicaId Current { get; private set; }

    /// <summary>For <c>foreach</c>.</summary>
    public readonly OtherReplicas GetEnumerator() => this;

    /// <summary>Goes to the next replica.</summary>
    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            Current = _rest[0];
            _rest = _rest[1..];
            if (Current != but)
            {
                return true;
            }
        }

        return false;
    }
}
