using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Sessions;

public sealed class SessionLimitTests : IDisposable
{
    private const ulong Now = 1_700_000_000_000;
    private const int Big = 1 << 20;
    private static readonly Slot Slot = new(5);
    private readonly KeyspaceArena _arena = new();
    private readonly Keyspace _keyspace;

    public SessionLimitTests()
    {
        _keyspace = new Keyspace(_arena, Collect.Options);
        _keyspace.Put(Slot, "k"u8, new byte[Big]);
    }

    public void Dispose()
    {
        Assert.Equal(_keyspace.RecomputeChecksum(), _keyspace.Checksum);
        _keyspace.Dispose();
        _arena.Dispose();
    }

    [Fact]
    public void What_can_not_be_kept_is_refused_before_anything_is_done_and_nothing_is_evicted()
    {
        ulong last = Fill();
        Assert.InRange(_keyspace.SessionBytes, SessionTable.MaxBytes - Big - 2048, SessionTable.MaxBytes);
        (ulong checksum, ulong revision) = (_keyspace.Checksum, _keyspace.Revision.Value);
        Assert.Equal(Outcome.Refused(ApplyStatus.SessionsFull), InSession(PutBig(), last + 1, 1).Outcome);
        Assert.Equal(Outcome.Refused(ApplyStatus.SessionsFull), UnderToken(PutBig(), "token"u8).Outcome);
        Assert.Equal((checksum, revision), (_keyspace.Checksum, _keyspace.Revision.Value));

        // What fits is carried out, and all that was kept is still there.
        Assert.Equal(ApplyStatus.Applied, InSession(Command.Increment(Slot, "n"u8, 1), last + 1, 1).Outcome.Status);
        Assert.Equal(ApplyStatus.Applied, UnderToken(Command.Increment(Slot, "n"u8, 1), "token"u8).Outcome.Status);
        for (ulong sequence = 1; sequence <= last; sequence++)
        {
            Assert.True(InSession(PutBig(), sequence, 1).Repeated);
        }
    }

    [Fact]
    public void In_a_full_table_touches_of_sessions_that_live_and_repeats_work_and_what_adds_is_refused()
    {
        ulong last = Fill();
        while (UnderToken(Command.Delete(Slot, "absent"u8), Guid(last)).Outcome.Status != ApplyStatus.SessionsFull)
        {
            last++;
        }

        Assert.InRange(_keyspace.SessionBytes, SessionTable.MaxBytes - 2048, SessionTable.MaxBytes);
        Assert.Equal(ApplyStatus.SessionsFull, InSession(Command.Increment(Slot, "n"u8, 1), last, 1).Outcome.Status);
        Assert.Equal(ApplyStatus.SessionsFull, InSession(Command.Touch(CommandOrigin.OfSession(8, 1, 1)), 1, 1, id: 8).Outcome.Status);
        Assert.True(InSession(PutBig(), 3, 1).Repeated);
        Assert.Equal(ApplyStatus.Applied, InSession(Command.Touch(CommandOrigin.OfSession(7, 9000, 4)), 9000, 4).Outcome.Status);
        Assert.Equal(ApplyStatus.SequenceClosed, InSession(PutBig(), 3, 1).Outcome.Status);
        Assert.Equal(ApplyStatus.Applied, InSession(PutBig(), 9000, 4).Outcome.Status);
    }

    [Fact]
    public void Results_that_are_closed_but_not_freed_yet_are_not_in_the_way()
    {
        ulong last = Fill();

        // Closes all and frees one, since it is large; others fill its place.
        InSession(Command.Touch(CommandOrigin.OfSession(7, last + 1, last + 1)), last + 1, last + 1);
        Assert.Equal((long)last, _keyspace.Sessions.State.Count);
        Assert.Equal(ApplyStatus.Applied, UnderToken(PutBig(), "one"u8).Outcome.Status);
        Assert.Equal(ApplyStatus.SessionsFull, UnderToken(PutBig(), "two"u8).Outcome.Status);
        for (ulong sequence = last + 1; sequence < 2 * last; sequence++)
        {
            Assert.Equal(ApplyStatus.Applied, InSession(PutBig(), sequence, last + 1).Outcome.Status);
        }

        Assert.Equal(ApplyStatus.SessionsFull, InSession(PutBig(), 2 * last, last + 1).Outcome.Status);
    }

    [Theory]
    [InlineData(BatchMode.Atomic)]
    [InlineData(BatchMode.Sequential)]
    public void A_batch_whose_results_can_not_be_kept_is_undone(BatchMode mode)
    {
        ulong last = Fill();
        var builder = new BatchBuilder(mode);
        builder.Add(Command.Put(Slot, "new"u8, "v"u8));
        builder.Add(Command.Append(Slot, "k"u8, "more"u8));
        builder.Add(Command.Get(Slot, "k"u8));
        builder.Add(Command.Delete(Slot, "k"u8));
        (ulong checksum, ulong revision, long count) = (_keyspace.Checksum, _keyspace.Revision.Value, _keyspace.Count);
        Assert.Equal((Outcome.Refused(ApplyStatus.SessionsFull), false), InSession(builder.ToCommand(), last + 1, 1));
        Assert.Equal((checksum, revision, count), (_keyspace.Checksum, _keyspace.Revision.Value, _keyspace.Count));
        InSession(Command.Touch(CommandOrigin.OfSession(7, last + 1, 5)), last + 1, 5);
        (Outcome outcome, _) = InSession(builder.ToCommand(), last + 1, 5);
        Assert.Equal(ApplyStatus.Applied, outcome.Status);
        Assert.Equal((outcome, true), InSession(builder.ToCommand(), last + 1, 5));
    }

    // Keeps large results until no more fit; gives the number of the last.
    private ulong Fill()
    {
        ulong sequence = 1;
        while (InSession(PutBig(), sequence, 1).Outcome.Status == ApplyStatus.Applied)
        {
            sequence++;
        }

        return sequence - 1;
    }

    private static Command PutBig() => Command.Put(Slot, "k"u8, new byte[Big], flags: CommandFlags.ReturnOldValue);

    private static byte[] Guid(ulong number)
    {
        byte[] token = new byte[255];
        BitConverter.TryWriteBytes(token, number);
        return token;
    }

    private (Outcome Outcome, bool Repeated) InSession(Command command, ulong sequence, ulong lowestOpen, ulong id = 7) =>
        Apply(command, CommandOrigin.OfSession(id, sequence, lowestOpen));

    private (Outcome Outcome, bool Repeated) UnderToken(Command command, ReadOnlySpan<byte> token) =>
        Apply(command, CommandOrigin.OfToken(token, 1));

    private (Outcome Outcome, bool Repeated) Apply(Command command, CommandOrigin origin)
    {
        command.StampMs = Now;
        command.Origin = origin;
        return Outcome.Apply(_keyspace, command);
    }
}
