using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Net.Loop;
using Holdfast.Primitives;

namespace Holdfast.Net.Tests.Loop;

public sealed class InputBufferTests
{
    [Fact]
    public void Whatever_is_added_and_consumed_the_bytes_stay_in_order()
    {
        var random = new SeededRandom(5);
        var buffer = default(InputBuffer);
        var expected = new List<byte>();
        byte next = 0;
        for (int step = 0; step < 20_000; step++)
        {
            if (random.Chance(0.6))
            {
                Span<byte> room = buffer.Room(random.Chance(0.5) ? buffer.Length + random.Next(20_000) : 0);
                int count = Math.Min(room.Length, 1 + random.Next(300));
                for (int i = 0; i < count; i++)
                {
                    room[i] = next;
                    expected.Add(next++);
                }

                buffer.Commit(count);
            }
            else
            {
                int count = random.Next(expected.Count + 1);
                buffer.Consume(count);
                expected.RemoveRange(0, count);
            }

            Assert.True(buffer.Bytes.SequenceEqual(expected.ToArray()), $"step {step}");
        }

        buffer.Release();
        Assert.Equal(0, buffer.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16 * 1024 * 1024)]
    public void Growing_to_a_large_message_copies_no_more_than_was_received(int wanted)
    {
        const int size = 16 * 1024 * 1024;
        var buffer = default(InputBuffer);
        long copied = 0;
        while (buffer.Length < size)
        {
            ref byte before = ref MemoryMarshal.GetReference(buffer.Bytes);
            int room = buffer.Room(wanted).Length;
            bool isMoved = !Unsafe.AreSame(ref before, ref MemoryMarshal.GetReference(buffer.Bytes));
            copied += isMoved ? buffer.Length : 0;
            buffer.Commit(Math.Min(Math.Min(room, 64 * 1024), size - buffer.Length));
        }

        buffer.Release();
        Assert.True(copied <= size, $"{copied} bytes were copied for {size}");
    }

    [Fact]
    public void An_announced_length_reserves_no_more_than_a_few_times_what_came()
    {
        var buffer = default(InputBuffer);
        Assert.InRange(buffer.Room(wanted: 512 * 1024 * 1024).Length, 1, 4096);
        buffer.Commit(512);
        Assert.InRange(buffer.Room(wanted: 512 * 1024 * 1024).Length, 1, 16 * 1024);
        buffer.Release();
    }
}
