using System.Buffers;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Sessions;

public sealed class SessionSnapshotTests : IDisposable
{
    private const ulong Now = 0x0000_0100_0000_0000;
    private readonly KeyspaceArena _arena = new();
    private readonly Keyspace _keyspace;

    public SessionSnapshotTests()
    {
        _keyspace = new Keyspace(_arena, Collect.NoHistory);
        Apply(_keyspace, Command.Put(new Slot(9), "key"u8, "value"u8), CommandOrigin.OfSession(0x0A0B, 1, 1));
        Apply(_keyspace, Command.Increment(new Slot(9), "key"u8, 1), CommandOrigin.OfToken("token"u8, 0x0C));
    }

    public void Dispose()
    {
        _keyspace.Dispose();
        _arena.Dispose();
    }

    /// <summary>Disks hold these bytes: a failure here is never fixed by changing the expectation, but by new kinds of items.</summary>
    [Fact]
    public void The_bytes_of_a_snapshot_with_sessions_are_frozen()
    {
        const string Golden =
            "48464B53 0100 4000 2A00000000000000 0100000000000000 0100000000000000 0800000000000000 18E65C326D56A120"
            + "0000000000010000 0000000000000000"
            + "06 0300000000000000 0300000000000000 5100000000000000 905EFBEC57150E01"
            + "07 0000 0600 0B000000 0300000000000000 C027090000010000 02746F6B656E 0C00000000000000 020901"
            + "07 0000 1100 06000000 0200000000000000 0000000000000000 010000000000000A0B0000000000000000 0104 001E0105"
            + "07 0000 0900 20000000 0100000000000000 20120A0000010000 010000000000000A0B"
            + "0100000000000000 0100000000000000 0100000000000000 3F00000000000000"
            + "01 0900 0300 05000000 0100000000000000 0000000000000000 6B6579 76616C7565"
            + "FF 0100000000000000 53499368";
        Assert.Equal(Golden.Replace(" ", ""), Convert.ToHexString(_keyspace.SnapshotAll()));
    }

    [Fact]
    public void A_restored_keyspace_knows_what_was_done()
    {
        using Keyspace restored = Collect.Load(_arena, _keyspace.SnapshotAll(), Collect.NoHistory);
        Assert.Equal((_keyspace.Checksum, 1L, _keyspace.SessionBytes), (restored.Checksum, restored.SessionCount, restored.SessionBytes));
        Assert.Equal(restored.RecomputeChecksum(), restored.Checksum);
        foreach (Keyspace keyspace in (Keyspace[])[_keyspace, restored])
        {
            Assert.True(Apply(keyspace, Command.Put(new Slot(9), "key"u8, "value"u8), CommandOrigin.OfSession(0x0A0B, 1, 1)).Repeated);
            Assert.Equal(
                ApplyStatus.NotAnInteger,
                Apply(keyspace, Command.Increment(new Slot(9), "key"u8, 1), CommandOrigin.OfToken("token"u8, 0x0C)).Outcome.Status);
            Apply(keyspace, Command.Put(new Slot(9), "key"u8, "new"u8), CommandOrigin.OfSession(0x0A0B, 2, 2));
        }

        Assert.Equal(_keyspace.SnapshotAll(), restored.SnapshotAll());
    }

    [Fact]
    public void A_table_that_was_emptied_leaves_the_checksum_as_without_it_and_goes_on_counting()
    {
        ApplyResult result = default;
        _keyspace.Apply(Command.Advance(2 * Now, 100), ref result);
        Assert.Equal((0L, 0UL), (_keyspace.SessionBytes, _keyspace.Sessions.State.Checksum));
        using Keyspace restored = Collect.Load(_arena, _keyspace.SnapshotAll());
        Assert.Equal(_keyspace.Sessions.Changes, restored.Sessions.Changes);
        Assert.NotEqual(Revision.None, restored.Sessions.Changes);
        using var plain = new Keyspace(_arena, Collect.Options);
        plain.Put(new Slot(9), "key"u8, "value"u8);
        plain.Apply(Command.Advance(2 * Now, 100), ref result);
        Assert.Equal(plain.Checksum, restored.Checksum);
    }

    [Fact]
    public void Any_byte_changed_or_missing_is_noticed()
    {
        byte[] snapshot = _keyspace.SnapshotAll();
        for (int i = 0; i < snapshot.Length; i++)
        {
            byte[] damaged = [.. snapshot];
            damaged[i] ^= 0x40;
            Assert.Throws<SnapshotFormatException>(() => Collect.Load(_arena, damaged).Dispose());
            Assert.Throws<SnapshotFormatException>(() => Collect.Load(_arena, snapshot.AsSpan(0, i)).Dispose());
        }
    }

    [Fact]
    public void Sessions_told_of_twice_and_records_that_are_no_sessions_are_refused()
    {
        byte[] snapshot = _keyspace.SnapshotAll();
        byte[] head = snapshot[SnapshotFormat.HeaderSize..(SnapshotFormat.HeaderSize + SnapshotFormat.SessionsHeadSize)];
        byte[] twice = [.. snapshot[..SnapshotFormat.HeaderSize], .. head, .. snapshot[SnapshotFormat.HeaderSize..]];
        Assert.Contains("twice", Assert.Throws<SnapshotFormatException>(() => Collect.Load(_arena, twice)).Message);
        int keyAt = SnapshotFormat.HeaderSize + SnapshotFormat.SessionsHeadSize + SnapshotFormat.RecordHeadSize;
        snapshot[keyAt] = 3;
        Assert.Contains("is none", Assert.Throws<SnapshotFormatException>(() => Collect.Load(_arena, snapshot)).Message);
    }

    [Fact]
    public void Sessions_in_the_form_that_was_given_up_are_refused_by_name()
    {
        byte[] snapshot = _keyspace.SnapshotAll();
        snapshot[SnapshotFormat.HeaderSize] = SnapshotFormat.FormerSessionsHeadKind;
        Assert.Contains("given up", Assert.Throws<SnapshotFormatException>(() => Collect.Load(_arena, snapshot)).Message);
    }

    [Fact]
    public void A_walk_holds_sessions_back_that_change_before_it_came_to_them_also_when_it_is_given_up()
    {
        for (ulong id = 1; id <= 500; id++)
        {
            Apply(_keyspace, Command.Touch(CommandOrigin.OfSession(id, 1, 1)), CommandOrigin.OfSession(id, 1, 1));
        }

        SnapshotWalk walk = _keyspace.BeginSnapshot();
        walk.Step(100, new ArrayBufferWriter<byte>());
        for (ulong id = 1; id <= 500; id++)
        {
            Apply(_keyspace, Command.Flush(), CommandOrigin.OfSession(id, 2, 2));
        }

        Assert.InRange(walk.PendingBytes, 490 * 65, long.MaxValue);
        long held = _keyspace.MemoryBytes;
        walk.Dispose();
        Assert.True(_keyspace.Reclaim(1));
        Assert.False(_keyspace.Reclaim(long.MaxValue));
        Assert.True(_keyspace.MemoryBytes < held);
        Assert.Equal(_keyspace.RecomputeChecksum(), _keyspace.Checksum);
        using Keyspace restored = Collect.Load(_arena, _keyspace.SnapshotAll());
        Assert.Equal(_keyspace.Checksum, restored.Checksum);
    }

    private static (Outcome Outcome, bool Repeated) Apply(Keyspace keyspace, Command command, CommandOrigin origin)
    {
        command.StampMs = Now;
        command.Origin = origin;
        return Outcome.Apply(keyspace, command);
    }
}
