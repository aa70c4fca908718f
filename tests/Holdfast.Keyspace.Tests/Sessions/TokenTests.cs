using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Sessions;

public sealed class TokenTests : IDisposable
{
    private const ulong Now = 1_700_000_000_000;
    private static readonly Slot Slot = new(5);
    private readonly KeyspaceArena _arena = new();
    private readonly Keyspace _keyspace;
    private ulong _now = Now;

    public TokenTests() => _keyspace = new Keyspace(_arena, Collect.Options);

    public void Dispose()
    {
        Assert.Equal(_keyspace.RecomputeChecksum(), _keyspace.Checksum);
        _keyspace.Dispose();
        _arena.Dispose();
    }

    [Fact]
    public void A_token_that_comes_again_gives_what_it_gave_and_does_nothing()
    {
        (Outcome first, bool repeatedFirst) = Increment("token"u8, 7);
        (Outcome again, bool repeated) = Increment("token"u8, 7);
        Assert.Equal((false, true), (repeatedFirst, repeated));
        Assert.Equal(first, again);
        Assert.Equal((1L, 1UL), (again.Number, _keyspace.Revision.Value));
        Assert.Equal(2, Increment("token2"u8, 7).Outcome.Number);
        Assert.Equal(0, _keyspace.SessionCount);
    }

    [Fact]
    public void A_token_of_another_request_is_refused()
    {
        Increment("token"u8, 7);
        Assert.Equal((Outcome.Refused(ApplyStatus.TokenMismatch), false), Increment("token"u8, 8));
        Assert.Equal(1UL, _keyspace.Revision.Value);
        Assert.True(Increment("token"u8, 7).Repeated);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_token_holds_for_10_minutes_and_is_then_as_new(bool advanced)
    {
        Increment(new byte[255], 7);
        Assert.Equal(Now + SessionTable.LifeMs, _keyspace.NextDeadlineMs);
        _now = Now + SessionTable.LifeMs - 1;
        Assert.True(Increment(new byte[255], 7).Repeated);
        _now++;
        if (advanced)
        {
            ApplyResult result = default;
            _keyspace.Apply(Command.Advance(_now, 10), ref result);
            Assert.Equal((0UL, 0L), (_keyspace.NextDeadlineMs, _keyspace.SessionBytes));
        }

        (Outcome outcome, bool repeated) = Increment(new byte[255], 8);
        Assert.Equal((2L, false), (outcome.Number, repeated));
        Assert.Equal(1, _keyspace.Sessions.State.Count);
        Assert.Equal(_now + SessionTable.LifeMs, _keyspace.NextDeadlineMs);
    }

    private (Outcome Outcome, bool Repeated) Increment(ReadOnlySpan<byte> token, ulong fingerprint)
    {
        Command command = Command.Increment(Slot, "n"u8, 1);
        command.StampMs = _now;
        command.Origin = CommandOrigin.OfToken(token, fingerprint);
        return Outcome.Apply(_keyspace, command);
    }
}
