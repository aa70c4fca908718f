using Holdfast.Consensus.Tests.Harness;
using Holdfast.Primitives;
using static Holdfast.Consensus.Tests.Harness.LoneNode;

namespace Holdfast.Consensus.Tests.Node;

/// <summary>The hot path has a budget: what it allocates are blocks for the bytes of entries, and nothing else.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 20_000;
    private const int CommandBytes = 100;

    [Theory]
    [InlineData(0)]
    [InlineData(64 * 1024)]
    public void A_leader_s_round_of_write_read_and_tick_allocates_only_room_for_the_data(int trailing)
    {
        LoneNode lone = LeadingCommitted(options: new RaftOptions { MaxLogBytes = 64 * 1024, MaxTrailingBytes = trailing });
        Play(lone, 0, Rounds);
        var managed = ManagedBytes.Begin();
        Play(lone, Rounds, Rounds);
        double each = managed.Allocated / (double)Rounds;
        Assert.InRange(each, CommandBytes, CommandBytes * 1.1);
    }

    [Fact]
    public void A_follower_s_round_allocates_only_room_for_the_data()
    {
        var lone = new LoneNode(options: new RaftOptions { MaxLogBytes = 64 * 1024 });
        Follow(lone, 0, Rounds);
        var managed = ManagedBytes.Begin();
        Follow(lone, Rounds, Rounds);
        double each = managed.Allocated / (double)Rounds;
        Assert.InRange(each, CommandBytes, CommandBytes * 1.1);
    }

    private static void Play(LoneNode lone, int first, int rounds)
    {
        RaftNode node = lone.Node;
        Span<byte> command = stackalloc byte[CommandBytes];
        for (int i = 0; i < rounds; i++)
        {
            node.Propose(command, out EntryId id);
            node.RequestRead((ulong)i);
            lone.Clock.Advance(1, lone.Clock.Micros + RaftOptions.TickMicros);
            node.Tick();
            PersistToken? token = Handle(node).Token;
            node.Step(Message.AppendAccepted(Id(2), Id(1), node.Term, id.Index, node.Commit));
            node.Step(Message.AppendAccepted(Id(3), Id(1), node.Term, id.Index, node.Commit));
            node.Step(Message.HeartbeatResponse(Id(2), Id(1), node.Term, (ulong)(first + i) + 1));
            node.Persisted(token!.Value);
            Assert.True(Handle(node).Grants > 0);
        }
    }

    private static void Follow(LoneNode lone, int start, int rounds)
    {
        RaftNode node = lone.Node;
        var entries = new Entry[1];
        var data = new byte[CommandBytes];
        for (int i = start; i < start + rounds; i++)
        {
            EntryId previous = i == 0 ? default : At(1, (ulong)i);
            entries[0] = new Entry(At(1, (ulong)i + 1), EntryKind.Command, data);
            node.Step(Message.Append(Id(2), Id(1), new(1), previous, previous.Index, entries));
            node.Step(Message.Heartbeat(Id(2), Id(1), new(1), (ulong)i));
            lone.Clock.Advance(1, lone.Clock.Micros + RaftOptions.TickMicros);
            node.Tick();
            PersistToken? token = Handle(node).Token;
            node.Persisted(token!.Value);
            Handle(node);
        }
    }

    private static (PersistToken? Token, int Grants) Handle(RaftNode node)
    {
        Assert.True(node.HasReady);
        Ready ready = node.TakeReady();
        if (!ready.Committed.IsEmpty)
        {
            node.AppliedTo(ready.Committed.Span[^1].Id.Index);
        }

        return (ready.Token, ready.ReadGrants.Length);
    }
}
