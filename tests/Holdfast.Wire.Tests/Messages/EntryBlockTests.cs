using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Wire.Messages;

namespace Holdfast.Wire.Tests.Messages;

public class EntryBlockTests
{
    private static readonly Entry[] Written =
    [
        new(new EntryId(new Term(1), new LogIndex(2)), EntryKind.Command, "first"u8.ToArray()),
        new(new EntryId(new Term(1), new LogIndex(3)), EntryKind.NoOp, default),
        new(new EntryId(new Term(4), new LogIndex(4)), EntryKind.Configuration, "third"u8.ToArray()),
    ];

    [Fact]
    public void Entries_are_read_as_they_were_written()
    {
        var read = new List<Entry>();
        Assert.True(EntryBlock.TryDecode(Encoded(), read));
        Assert.Equal(Written.Select(entry => entry.ToString()), read.Select(entry => entry.ToString()));
    }

    [Fact]
    public void A_block_cut_within_an_entry_is_refused_and_one_cut_between_two_is_shorter()
    {
        byte[] block = Encoded();
        int[] boundaries = [0, 29, 53, 82];
        Assert.Equal(boundaries[^1], block.Length);
        for (int length = 0; length <= block.Length; length++)
        {
            var read = new List<Entry>();
            Assert.Equal(boundaries.Contains(length), EntryBlock.TryDecode(block.AsMemory(0, length), read));
        }
    }

    [Fact]
    public void A_kind_that_is_not_known_is_refused()
    {
        byte[] block = Encoded();
        block[16] = 4;
        Assert.False(EntryBlock.TryDecode(block, []));
        block[16] = 0;
        Assert.False(EntryBlock.TryDecode(block, []));
    }

    private static byte[] Encoded()
    {
        var block = new byte[EntryBlock.SizeOf(Written)];
        EntryBlock.Encode(Written, block);
        return block;
    }
}
