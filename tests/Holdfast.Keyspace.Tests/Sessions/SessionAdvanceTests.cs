using System.Buffers.Binary;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Sessions;

public sealed class SessionAdvanceTests : IDisposable
{
    private const ulong Now = 1_700_000_000_000;
    private const ulong End = Now + SessionTable.LifeMs + SessionTable.SlackMs;
    private static readonly Slot Slot = new(5);
    private readonly KeyspaceArena _arena = new();
    private readonly Keyspace _keyspace;

    public SessionAdvanceTests() => _keyspace = new Keyspace(_arena, Collect.Options);

    public void Dispose()
    {
        Assert.Equal(_keyspace.RecomputeChecksum(), _keyspace.Checksum);
        _keyspace.Dispose();
        _arena.Dispose();
    }

    [Fact]
    public void A_session_that_ended_goes_in_steps_after_the_keys_and_then_nothing_is_due()
    {
        for (ulong sequence = 1; sequence <= 20; sequence++)
        {
            // Each in a block of its own.
            ulong number = ((sequence - 1) * ResultBlock.Numbers) + 1;
            Apply(Command.Put(Slot, [(byte)sequence], "v"u8, expiry: Expiry.At(End)), CommandOrigin.OfSession(7, number, 1));
        }

        Apply(Command.Delete(Slot, "absent"u8), CommandOrigin.OfToken("token"u8, 1));
        Assert.Equal(End - SessionTable.SlackMs, _keyspace.NextDeadlineMs);
        Assert.Equal((0L, false), Advance(End - 1, 100));
        Assert.Equal(End, _keyspace.NextDeadlineMs);
        ulong revision = _keyspace.Revision.Value;
        Assert.Equal((20L, true), Advance(End, 20));
        Assert.Equal(revision + 20, _keyspace.Revision.Value);
        Assert.Equal((0L, true), Advance(End, 15));
        Assert.Equal((1L, 6L), (_keyspace.SessionCount, _keyspace.Sessions.State.Count));
        Assert.Equal((0L, false), Advance(End, 15));
        Assert.Equal((0L, 0L, 0UL), (_keyspace.SessionCount, _keyspace.SessionBytes, _keyspace.NextDeadlineMs));
        Assert.Equal(revision + 20, _keyspace.Revision.Value);
    }

    [Fact]
    public void Large_results_end_an_advance_early()
    {
        Apply(Command.Put(Slot, "k"u8, new byte[1 << 20]), CommandOrigin.OfSession(7, 1, 1));
        for (ulong sequence = 2; sequence <= 11; sequence++)
        {
            Apply(Command.Put(Slot, "k"u8, new byte[1 << 20], flags: CommandFlags.ReturnOldValue), CommandOrigin.OfSession(7, sequence, 1));
        }

        Assert.Equal((0L, true), Advance(End, 1000));
        Assert.InRange(_keyspace.Sessions.State.Count, 7, 8);
        Assert.Equal((0L, true), Advance(End, 1000));
        Assert.Equal((0L, false), Advance(End, 1000));
        Assert.Equal(0, _keyspace.SessionBytes);
    }

    [Fact]
    public void Sessions_go_without_memory_of_the_collected_heap_and_give_theirs_back()
    {
        const int Count = 2_000;
        Span<byte> token = stackalloc byte[8];
        for (ulong i = 1; i <= Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(token, i);
            Apply(Command.Increment(Slot, "n"u8, 1), CommandOrigin.OfToken(token, 1));
            for (ulong sequence = 1; sequence <= 10; sequence++)
            {
                Apply(Command.Increment(Slot, "n"u8, 1), CommandOrigin.OfSession(i, sequence, 1));
            }
        }

        Assert.Equal(Count * 3, _keyspace.Sessions.State.Count);
        // All tokens, and a block and a session.
        Advance(End, Count + 2);
        Assert.Equal(Count - 1, _keyspace.SessionCount);
        var managed = ManagedBytes.Begin();
        while (Advance(End, 1000).More)
        {
        }

        Assert.InRange(managed.Allocated, 0, 1_000);
        Assert.Equal(0, _keyspace.SessionCount);
        Assert.Equal(0, _keyspace.Sessions.State.Heap.Bytes);
    }

    private void Apply(Command command, CommandOrigin origin)
    {
        command.StampMs = Now;
        command.Origin = origin;
        ApplyResult result = default;
        _keyspace.Apply(command, ref result);
    }

    private (long Deleted, bool More) Advance(ulong stampMs, uint limit)
    {
        ApplyResult result = default;
        _keyspace.Apply(Command.Advance(stampMs, limit), ref result);
        Assert.False(result.Changed && result.Deleted == 0);
        return (result.Deleted, result.More);
    }
}
