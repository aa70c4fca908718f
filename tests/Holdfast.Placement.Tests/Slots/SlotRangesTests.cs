using Holdfast.Primitives;

namespace Holdfast.Placement.Tests.Slots;

public class SlotRangesTests
{
    [Fact]
    public void Every_slot_is_in_exactly_the_range_of_its_partition()
    {
        for (int partitions = 1; partitions <= SlotRanges.MaxPartitions; partitions++)
        {
            var ranges = new SlotRanges(partitions);
            int slot = 0;
            for (uint p = 0; p < partitions; p++)
            {
                SlotRange range = ranges.RangeOf(new PartitionId(p));
                Assert.Equal(slot, range.First.Value);
                Assert.InRange(range.Last.Value - range.First.Value + 1, Slot.Count / partitions, (Slot.Count / partitions) + 1);
                for (; slot <= range.Last.Value; slot++)
                {
                    if (ranges.PartitionOf(new Slot((ushort)slot)) != new PartitionId(p))
                    {
                        Assert.Fail($"slot {slot} of {partitions} partitions is not in {p}");
                    }
                }
            }

            Assert.Equal(Slot.Count, slot);
        }
    }

    [Theory]
    [InlineData(3, 0, 0, 5460)]
    [InlineData(3, 1, 5461, 10921)]
    [InlineData(3, 2, 10922, 16383)]
    [InlineData(16, 0, 0, 1023)]
    [InlineData(16, 15, 15360, 16383)]
    [InlineData(1000, 999, 16367, 16383)]
    public void The_cut_is_frozen(int partitions, uint partition, ushort first, ushort last) =>
        Assert.Equal(new SlotRange(new Slot(first), new Slot(last)), new SlotRanges(partitions).RangeOf(new PartitionId(partition)));

    [Theory]
    [InlineData(0)]
    [InlineData(1025)]
    public void A_number_of_partitions_out_of_range_is_refused(int partitions) =>
        Assert.Throws<InvariantViolationException>(() => new SlotRanges(partitions));
}
