using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// Who takes part in a group. Immutable, compared by value, safe to share between threads. While it is joint, every decision
/// needs a majority of <see cref="Voters"/> and one of <see cref="OutgoingVoters"/> (Ongaro §4.3).
/// </summary>
public sealed class Configuration : IEquatable<Configuration>
{
    private const byte Version = 1;
    private const int HeaderLength = 1 + (3 * sizeof(ushort));

    private readonly ReplicaId[] _voters;
    private readonly ReplicaId[] _outgoing;
    private readonly ReplicaId[] _learners;
    private readonly ReplicaId[] _allVoters;

    /// <summary>A configuration of these replicas, in any order.</summary>
    /// <param name="voters">At least one, without duplicates.</param>
    /// <param name="learners">
    /// Not among <paramref name="voters"/>; may be among <paramref name="outgoingVoters"/>, when a voter is demoted.
    /// </param>
    /// <param name="outgoingVoters">The voters that are being replaced; none unless the configuration is joint.</param>
    public Configuration(
        IEnumerable<ReplicaId> voters,
        IEnumerable<ReplicaId>? learners = null,
        IEnumerable<ReplicaId>? outgoingVoters = null)
        : this(Sorted(voters), Sorted(outgoingVoters ?? []), Sorted(learners ?? [])) =>
        Invariant.Require(
            _voters.Length > 0 && IsValid, $"configuration {this} has a voter, no replica twice, and no learner that votes");

    private Configuration(ReplicaId[] voters, ReplicaId[] outgoing, ReplicaId[] learners)
    {
        _voters = voters;
        _outgoing = outgoing;
        _learners = learners;
        _allVoters = outgoing.Length == 0 ? voters : Sorted(voters.Union(outgoing));
    }

    /// <summary>Nobody: what a replica that joins a group knows of it before it hears the first entry or snapshot.</summary>
    public static Configuration None { get; } = new([], [], []);

    /// <summary>Those whose majority decides, in ascending order.</summary>
    public IReadOnlyList<ReplicaId> Voters => _voters;

    /// <summary>Those whose majority is needed too while the configuration is joint, in ascending order; else empty.</summary>
    public IReadOnlyList<ReplicaId> OutgoingVoters => _outgoing;

    /// <summary>Those that get the log and have no vote, in ascending order.</summary>
    public IReadOnlyList<ReplicaId> Learners => _learners;

    /// <summary>Whether this is the middle of a change of voters.</summary>
    public bool IsJoint => _outgoing.Length > 0;

    internal ReadOnlySpan<ReplicaId> VoterSpan => _voters;

    internal ReadOnlySpan<ReplicaId> OutgoingSpan => _outgoing;

    /// <summary>The voters of both halves, each once.</summary>
    internal ReadOnlySpan<ReplicaId> AllVoters => _allVoters;

    private bool IsValid =>
        IsAscending(_voters) && IsAscending(_outgoing) && IsAscending(_learners)
        && !_voters.Intersect(_learners).Any()
        && (_voters.Length > 0 || (_outgoing.Length == 0 && _learners.Length == 0));

    /// <summary>Whether <paramref name="replica"/> has a vote, in either half of a joint configuration.</summary>
    public bool IsVoter(ReplicaId replica) => IsIncomingVoter(replica) || Array.BinarySearch(_outgoing, replica) >= 0;

    /// <summary>Whether <paramref name="replica"/> has a vote once the configuration is no longer joint.</summary>
    public bool IsIncomingVoter(ReplicaId replica) => Array.BinarySearch(_voters, replica) >= 0;

    /// <summary>Whether <paramref name="replica"/> gets the log without having a vote.</summary>
    public bool IsLearner(ReplicaId replica) => Array.BinarySearch(_learners, replica) >= 0 && !IsVoter(replica);

    /// <summary>Whether <paramref name="replica"/> takes part at all.</summary>
    public bool Contains(ReplicaId replica) => IsVoter(replica) || Array.BinarySearch(_learners, replica) >= 0;

    /// <summary>What stands after a joint configuration: its voters and learners alone.</summary>
    public Configuration LeaveJoint()
    {
        Invariant.Require(IsJoint, "only a joint configuration is left");
        return new Configuration(_voters, [], _learners);
    }

    /// <summary>The versioned bytes that entries and snapshots carry.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[HeaderLength + (sizeof(ulong) * (_voters.Length + _outgoing.Length + _learners.Length))];
        bytes[0] = Version;
        int at = HeaderLength;
        WriteList(bytes, _voters, 1, ref at);
        WriteList(bytes, _outgoing, 3, ref at);
        WriteList(bytes, _learners, 5, ref at);
        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote. False when the bytes are not a valid configuration of a known version.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Configuration? configuration)
    {
        configuration = null;
        if (bytes.Length < HeaderLength || bytes[0] != Version)
        {
            return false;
        }

        int voters = BinaryPrimitives.ReadUInt16LittleEndian(bytes[1..]);
        int outgoing = BinaryPrimitives.ReadUInt16LittleEndian(bytes[3..]);
        int learners = BinaryPrimitives.ReadUInt16LittleEndian(bytes[5..]);
        if (bytes.Length != HeaderLength + (sizeof(ulong) * (voters + outgoing + learners)))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = bytes[HeaderLength..];
        var read = new Configuration(ReadList(ref rest, voters), ReadList(ref rest, outgoing), ReadList(ref rest, learners));
        configuration = read.IsValid ? read : null;
        return configuration is not null;
    }

    /// <inheritdoc/>
    public bool Equals(Configuration? other) =>
        other is not null
        && VoterSpan.SequenceEqual(other.VoterSpan)
        && OutgoingSpan.SequenceEqual(other.OutgoingSpan)
        && _learners.AsSpan().SequenceEqual(other._learners);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Configuration);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (ReplicaId voter in _voters)
        {
            hash.Add(voter);
        }

        hash.Add(_outgoing.Length);
        hash.Add(_learners.Length);
        return hash.ToHashCode();
    }

    /// <summary>
    /// One line: <c>voters=(1 2 3)</c>, then <c>outgoing=(…)</c> and <c>learners=(…)</c> where there are some; or <c>nobody</c>.
    /// </summary>
    public override string ToString()
    {
        if (_voters.Length == 0)
        {
            return "nobody";
        }

        string text = $"voters=({string.Join(' ', _voters)})";
        text += _outgoing.Length > 0 ? $" outgoing=({string.Join(' ', _outgoing)})" : "";
        return text + (_learners.Length > 0 ? $" learners=({string.Join(' ', _learners)})" : "");
    }


    private static bool IsAscending(ReadOnlySpan<ReplicaId> list)
    {
        for (int i = 1; i < list.Length; i++)
        {
            if (list[i - 1] >= list[i])
            {
                return false;
            }
        }

        return true;
    }

    private static ReplicaId[] Sorted(IEnumerable<ReplicaId> replicas) => [.. replicas.Order()];

    private static void WriteList(Span<byte> bytes, ReplicaId[] list, int countAt, ref int at)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[countAt..], checked((ushort)list.Length));
        foreach (ReplicaId replica in list)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[at..], replica.Value);
            at += sizeof(ulong);
        }
    }

    private static ReplicaId[] ReadList(ref ReadOnlySpan<byte> bytes, int count)
    {
        var list = new ReplicaId[count];
        for (int i = 0; i < count; i++)
        {
            list[i] = new ReplicaId(BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * sizeof(ulong))..]));
        }

        bytes = bytes[(count * sizeof(ulong))..];
        return list;
    }
}
