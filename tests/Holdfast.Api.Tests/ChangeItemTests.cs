using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Api.Tests;

public class ChangeItemTests
{
    /// <summary>Nodes of other versions speak it: see <see cref="NativeFormatTests"/> for what to do when this fails.</summary>
    [Fact]
    public void The_changes_of_a_page_are_frozen_and_read_one_after_the_other()
    {
        byte[] page = Page();

        Assert.Equal(
            ("01 00 0300 05000000 0700000000000000 0900000000000000 0800000000000000 6b6579 76616c7565"
                + "02 00 0100 00000000 0800000000000000 0000000000000000 0000000000000000 6b"
                + "03 00 0100 00000000 0900000000000000 0000000000000000 0000000000000000 6b"
                + "04 00 0000 00000000 0a00000000000000 0000000000000000 0000000000000000").Replace(" ", "", StringComparison.Ordinal),
            Convert.ToHexStringLower(page));
        ReadOnlySpan<byte> rest = page;
        Assert.True(ChangeItem.TryRead(ref rest, out ChangeItem put));
        Assert.Equal((ChangeKind.Put, new Revision(7), 9UL, 8UL), (put.Kind, put.Revision, put.DeadlineMs, put.TimeToLiveMs));
        Assert.Equal("key"u8, put.Key);
        Assert.Equal("value"u8, put.Value);
        Assert.True(ChangeItem.TryRead(ref rest, out ChangeItem delete));
        Assert.Equal((ChangeKind.Delete, 8UL, 0), (delete.Kind, delete.Revision.Value, delete.Value.Length));
        Assert.True(ChangeItem.TryRead(ref rest, out ChangeItem expire));
        Assert.Equal((ChangeKind.Expire, 9UL), (expire.Kind, expire.Revision.Value));
        Assert.True(ChangeItem.TryRead(ref rest, out ChangeItem flush));
        Assert.Equal((ChangeKind.Flush, 10UL, 0), (flush.Kind, flush.Revision.Value, flush.Key.Length));
        Assert.False(ChangeItem.TryRead(ref rest, out _));
        Assert.True(rest.IsEmpty);
    }

    [Fact]
    public void A_change_that_was_cut_is_not_read_and_not_moved_past()
    {
        byte[] page = Page();
        for (int length = 0; length < ChangeItem.HeaderBytes + 8; length++)
        {
            ReadOnlySpan<byte> rest = page.AsSpan(0, length);
            Assert.False(ChangeItem.TryRead(ref rest, out _));
            Assert.Equal(length, rest.Length);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(255)]
    public void A_change_of_a_kind_that_is_not_known_is_not_read(byte kind)
    {
        byte[] page = Page();
        page[0] = kind;
        ReadOnlySpan<byte> rest = page;
        Assert.False(ChangeItem.TryRead(ref rest, out _));
    }

    private static byte[] Page()
    {
        var output = new ArrayBufferWriter<byte>();
        new ChangeItem
        {
            Kind = ChangeKind.Put,
            Revision = new Revision(7),
            DeadlineMs = 9,
            TimeToLiveMs = 8,
            Key = "key"u8,
            Value = "value"u8,
        }.Write(output);
        new ChangeItem { Kind = ChangeKind.Delete, Revision = new Revision(8), Key = "k"u8 }.Write(output);
        new ChangeItem { Kind = ChangeKind.Expire, Revision = new Revision(9), Key = "k"u8 }.Write(output);
        new ChangeItem { Kind = ChangeKind.Flush, Revision = new Revision(10) }.Write(output);
        return output.WrittenSpan.ToArray();
    }
}
