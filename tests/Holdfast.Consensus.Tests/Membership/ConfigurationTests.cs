using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Membership;

public sealed class ConfigurationTests
{
    private static readonly ReplicaId One = new(1);
    private static readonly ReplicaId Two = new(2);
    private static readonly ReplicaId Three = new(3);
    private static readonly ReplicaId Four = new(4);

    /// <summary>Logs and snapshots hold these bytes: a new version may be added, these must stay readable.</summary>
    [Fact]
    public void The_encoding_is_frozen()
    {
        var configuration = new Configuration([Two, One], [new(new NodeId(3), 1)], [Four]);
        Assert.Equal(
            "01" + "0200" + "0100" + "0100" + "0100000000000000" + "0200000000000000" + "0400000000000000" + "0100000003000000",
            Convert.ToHexString(configuration.Encode()));
    }

    [Fact]
    public void What_was_encoded_comes_back()
    {
        foreach (Configuration configuration in new[] { Configuration.None, new([One]), new([One, Two], [Three], [Two, Four]) })
        {
            Assert.True(Configuration.TryDecode(configuration.Encode(), out Configuration? decoded));
            Assert.Equal(configuration, decoded);
            Assert.Equal(configuration.GetHashCode(), decoded!.GetHashCode());
        }
    }

    [Fact]
    public void Malformed_bytes_are_refused()
    {
        byte[] good = new Configuration([One, Two], [Three]).Encode();
        for (int length = 0; length < good.Length; length++)
        {
            Assert.False(Configuration.TryDecode(good.AsSpan(0, length), out _));
        }

        Assert.False(Configuration.TryDecode([.. good, 0], out _));
        Assert.False(Configuration.TryDecode([2, .. good[1..]], out _));
        byte[] twice = [.. good];
        twice[15] = 1;
        Assert.False(Configuration.TryDecode(twice, out _));
    }

    [Fact]
    public void Nobody_is_in_it_twice()
    {
        Assert.Throws<InvariantViolationException>(() => new Configuration([One, One]));
        Assert.Throws<InvariantViolationException>(() => new Configuration([One], [One]));
        Assert.Throws<InvariantViolationException>(() => new Configuration([]));
    }

    [Fact]
    public void Its_line_is_stable()
    {
        Assert.Equal("voters=(1 2)", Line(new([N(2), N(1)])));
        Assert.Equal("voters=(1) outgoing=(2) learners=(3.1)", Line(new([N(1)], [new(new NodeId(3), 1)], [N(2)])));
        Assert.Equal("nobody", Configuration.None.ToString());

        static ReplicaId N(uint node) => new(new NodeId(node), 0);
        static string Line(Configuration configuration) => configuration.ToString();
    }

    [Theory]
    [InlineData("add voter", "voters=(1 2 3 5) learners=(4)")]
    [InlineData("promote", "voters=(1 2 3 4)")]
    [InlineData("remove voter", "voters=(1 2) learners=(4)")]
    [InlineData("remove learner", "voters=(1 2 3)")]
    [InlineData("demote", "voters=(1 2) learners=(3 4)")]
    [InlineData("replace", "voters=(1 2 4) outgoing=(1 2 3)")]
    [InlineData("swap", "voters=(1 2 4) outgoing=(1 2 3) learners=(3)")]
    public void A_change_of_one_voter_is_direct_and_any_other_is_joint(string change, string expected)
    {
        static ReplicaId N(uint node) => new(new NodeId(node), 0);
        var current = new Configuration([N(1), N(2), N(3)], [N(4)]);
        ConfigurationChange made = change switch
        {
            "add voter" => new() { Expected = default, AddVoters = [N(5)] },
            "promote" => new() { Expected = default, AddVoters = [N(4)] },
            "remove voter" => new() { Expected = default, Remove = [N(3)] },
            "remove learner" => new() { Expected = default, Remove = [N(4)] },
            "demote" => new() { Expected = default, AddLearners = [N(3)] },
            "replace" => new() { Expected = default, AddVoters = [N(4)], Remove = [N(3)] },
            _ => new() { Expected = default, AddVoters = [N(4)], AddLearners = [N(3)] },
        };
        Assert.Equal(expected, made.ApplyTo(current)?.ToString());
    }

    [Fact]
    public void A_change_that_makes_no_sense_is_none()
    {
        var current = new Configuration([One], [Two]);
        Assert.Null(new ConfigurationChange { Expected = default }.ApplyTo(current));
        Assert.Null(new ConfigurationChange { Expected = default, Remove = [One] }.ApplyTo(current));
        Assert.Null(new ConfigurationChange { Expected = default, Remove = [Three] }.ApplyTo(current));
        Assert.Null(new ConfigurationChange { Expected = default, AddVoters = [One] }.ApplyTo(current));
        Assert.Null(new ConfigurationChange { Expected = default, AddVoters = [Two], Remove = [Two] }.ApplyTo(current));
    }
}
