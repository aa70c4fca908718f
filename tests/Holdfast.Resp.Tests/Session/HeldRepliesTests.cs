using System.Buffers;
using Holdfast.Primitives;
using Holdfast.Resp.Pending;

namespace Holdfast.Resp.Tests.Session;

public sealed class HeldRepliesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Held_replies_keep_their_bytes_in_any_order_of_release_and_give_their_memory_back(ulong seed)
    {
        SeededRandom random = new(seed);
        HeldReplies held = new();
        List<(HeldReply Reply, byte[] Expected)> live = [];
        for (int i = 0; i < 3000; i++)
        {
            if (live.Count > 0 && random.Chance(0.48))
            {
                int chosen = random.Next(live.Count);
                Assert.Equal(live[chosen].Expected, live[chosen].Reply.Bytes);
                held.Release(live[chosen].Reply);
                live.RemoveAt(chosen);
            }
            else
            {
                byte[] bytes = new byte[random.Chance(0.02) ? random.Next(100_000) : random.Next(500)];
                bytes.AsSpan().Fill((byte)i);
                live.Add((Write(held, bytes, pieces: random.Next(1, 5)), bytes));
            }
        }

        foreach ((HeldReply reply, byte[] expected) in live)
        {
            Assert.Equal(expected, reply.Bytes);
            held.Release(reply);
        }

        held.Trim();
        Assert.Equal(0, held.RentedBytes);
    }

    [Fact]
    public void A_reply_released_twice_is_a_broken_invariant()
    {
        HeldReplies held = new();
        HeldReply reply = Write(held, [1, 2, 3], pieces: 1);
        held.Release(reply);
        Assert.Throws<InvariantViolationException>(() => held.Release(reply));
    }

    private static HeldReply Write(HeldReplies held, byte[] bytes, int pieces)
    {
        held.Begin();
        foreach (byte[] piece in bytes.Chunk(Math.Max(1, bytes.Length / pieces)))
        {
            held.Write(piece);
        }

        return held.End();
    }
}
