using Holdfast.Resp.Pending;

namespace Holdfast.Resp.Tests.Pending;

public sealed class ScanCursorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(1000)]
    [InlineData(1024)]
    public void Partitions_cut_the_slots_without_a_gap_or_an_overlap(int partitions)
    {
        Assert.Equal(0, ScanCursor.First(0, partitions));
        Assert.Equal(partitions - 1, ScanCursor.Partition(ScanCursor.Limit - 1, partitions));
        for (int p = 1; p < partitions; p++)
        {
            long first = ScanCursor.First(p, partitions);
            Assert.Equal(p, ScanCursor.Partition(first, partitions));
            Assert.Equal(p - 1, ScanCursor.Partition(first - 1, partitions));
        }
    }

    [Fact]
    public void A_cut_that_is_not_even_is_where_the_store_has_it()
    {
        // 16384 / 3 = 5461.33: a scan that began the second partition at 5462 would miss the keys of a slot.
        Assert.Equal(ScanCursor.AtSlot(5461), ScanCursor.First(1, 3));
        Assert.Equal(ScanCursor.AtSlot(10922), ScanCursor.First(2, 3));
    }
}
