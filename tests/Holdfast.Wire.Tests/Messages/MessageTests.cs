using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Wire.Messages;
using Holdfast.Wire.Tests.Support;

namespace Holdfast.Wire.Tests.Messages;

public class MessageTests
{
    private readonly SeededRandom _random = new(7);

    public static TheoryData<MessageKind> Kinds => [.. Enum.GetValues<MessageKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_message_is_read_as_it_was_written(MessageKind kind)
    {
        for (int i = 0; i < 100; i++)
        {
            Message message = SampleMessages.Random(kind, _random);
            var group = new GroupId((uint)_random.NextUInt64());
            byte[] bytes = SampleMessages.Encode(group, message);
            var reader = new MessageReader();
            reader.Begin(bytes);

            Assert.True(reader.TryRead(out GroupId readGroup, out Message read, out bool malformed));
            Assert.False(malformed);
            Assert.Equal(group, readGroup);
            Assert.Equal(SampleMessages.Describe(message), SampleMessages.Describe(read));
            Assert.True(bytes.Length <= MessageWriter.SizeOf(message));
            Assert.False(reader.TryRead(out _, out _, out malformed));
            Assert.False(malformed);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_truncation_of_a_message_is_refused(MessageKind kind)
    {
        byte[] bytes = SampleMessages.Encode(new GroupId(3), SampleMessages.Random(kind, _random));
        var reader = new MessageReader();
        for (int length = 1; length < bytes.Length; length++)
        {
            reader.Begin(bytes.AsSpan(0, length));
            Assert.False(reader.TryRead(out _, out _, out bool malformed));
            Assert.True(malformed);
        }
    }

    [Fact]
    public void The_messages_of_a_frame_are_read_one_after_the_other()
    {
        Message[] messages = [.. Enumerable.Range(0, 200).Select(i => SampleMessages.Random((MessageKind)((i % 11) + 1), _random))];
        var reader = new MessageReader();
        reader.Begin(messages.SelectMany((message, i) => SampleMessages.Encode(new GroupId((uint)i), message)).ToArray());
        for (int i = 0; i < messages.Length; i++)
        {
            Assert.True(reader.TryRead(out GroupId group, out Message read, out _));
            Assert.Equal((uint)i, group.Value);
            Assert.Equal(SampleMessages.Describe(messages[i]), SampleMessages.Describe(read));
        }

        Assert.False(reader.TryRead(out _, out _, out _));
    }

    [Fact]
    public void A_kind_that_is_not_known_is_refused()
    {
        foreach (byte kind in (byte[])[0, 12, 255])
        {
            byte[] bytes = SampleMessages.Encode(new GroupId(3), Message.TimeoutNow(new ReplicaId(1), new ReplicaId(2), new Term(3)));
            bytes[4] = kind;
            var reader = new MessageReader();
            reader.Begin(bytes);
            Assert.False(reader.TryRead(out _, out _, out bool malformed));
            Assert.True(malformed);
        }
    }

    [Fact]
    public void Damaged_and_random_bytes_are_read_or_refused_and_never_throw()
    {
        var reader = new MessageReader();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = SampleMessages.Encode(new GroupId(1), SampleMessages.Random((MessageKind)((i % 11) + 1), _random));
            for (int damage = _random.Next(1, 6); damage > 0; damage--)
            {
                bytes[_random.Next(bytes.Length)] = (byte)_random.NextUInt64();
            }

            reader.Begin(bytes);
            bool malformed;
            int count = 0;
            while (reader.TryRead(out _, out _, out malformed))
            {
                count++;
            }

            Assert.True(malformed || count > 0);
        }
    }
}
