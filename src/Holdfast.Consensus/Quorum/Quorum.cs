using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>A number that each voter has reached: a matched index, a confirmed round, a tick.</summary>
internal interface IVoterValue
{
    /// <summary>The number of <paramref name="voter"/>, 0 when it has none.</summary>
    ulong Of(ReplicaId voter);
}

/// <summary>
/// Quorum arithmetic, all of it: what a majority of the voters has reached, and in a joint configuration a majority of each
/// half (Ongaro §4.3). Every decision of the room is made of this.
/// </summary>
internal static class Quorum
{
    private const int StackLimit = 32;

    /// <summary>The highest number that a quorum of <paramref name="configuration"/> has reached.</summary>
    public static ulong Reached<TValue>(Configuration configuration, TValue value)
        where TValue : struct, IVoterValue
    {
        ulong incoming = ReachedBy(configuration.VoterSpan, value);
        return configuration.IsJoint ? Math.Min(incoming, ReachedBy(configuration.OutgoingSpan, value)) : incoming;
    }

    private static ulong ReachedBy<TValue>(ReadOnlySpan<ReplicaId> voters, TValue value)
        where TValue : struct, IVoterValue
    {
        Span<ulong> numbers = voters.Length <= StackLimit ? stackalloc ulong[StackLimit] : new ulong[voters.Length];
        numbers = numbers[..voters.Length];
        for (int i = 0; i < voters.Length; i++)
        {
            numbers[i] = value.Of(voters[i]);
        }

        // In ascending order, the number at (n - 1) / 2 has n / 2 + 1 voters at or above it: the smallest majority.
        numbers.Sort();
        return numbers[(voters.Length - 1) / 2];
    }
}
