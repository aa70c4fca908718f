using System.Buffers.Binary;
using Holdfast.Primitives;
using Holdfast.Storage.Tests.Fakes;

namespace Holdfast.Storage.Tests.Log;

/// <summary>Hand-made situations, one for each thing that can be wrong with a log.</summary>
public sealed class RecoveryTests
{
    private readonly LogHarness _h = new LogHarness().Recover();

    private string LastSegment => _h.Segments[^1];

    [Fact]
    public void A_flipped_bit_in_a_payload_below_the_watermark_damages_its_group_alone()
    {
        ThreeBatches();
        _h.Disk.Corrupt(LastSegment, 512 + BatchHeader.Size + RecordHeader.Size, 1);

        _h.Recover();

        Assert.Equal(LogVerdict.Damaged, _h.Recovered.Verdict);
        LogDamage damage = Assert.Single(_h.Recovered.Damage);
        Assert.Equal(new GroupId(1), damage.Group);
        Assert.Equal(RecordKind.Entries, damage.Kind);
        Assert.Equal(new LogIndex(1), damage.First);
        Assert.True(_h.Recovered.IsDamaged(new GroupId(1)));
        Assert.False(_h.Recovered.IsDamaged(new GroupId(2)));
        Assert.Equal(["2 state b", "3 state c"], _h.Records);
    }

    [Theory]
    [InlineData(0)] // the batch's header
    [InlineData(BatchHeader.Size)] // the header of its record
    public void A_flipped_bit_in_a_header_below_the_watermark_damages_all_groups(int offset)
    {
        ThreeBatches();
        _h.Disk.Corrupt(LastSegment, 1024 + offset, 0x80);

        _h.Recover();

        Assert.Equal(LogVerdict.Damaged, _h.Recovered.Verdict);
        Assert.True(_h.Recovered.AllGroupsDamaged);
        Assert.True(_h.Recovered.IsDamaged(new GroupId(77)));
        Assert.Equal(["1 1..1 a", "3 state c"], _h.Records);
    }

    [Fact]
    public void A_flipped_bit_in_the_last_batch_is_a_torn_tail_until_a_seal_names_it_durable()
    {
        ThreeBatches(seal: false);
        string segment = LastSegment;
        _h.Disk.Corrupt(segment, 1536 + BatchHeader.Size + RecordHeader.Size, 1);

        _h.Recover();

        Assert.Equal(LogVerdict.TailCut, _h.Recovered.Verdict);
        Assert.Equal(new LogPosition(1, 1536), _h.Recovered.CutAt);
        Assert.Equal(["1 1..1 a", "2 state b"], _h.Records);
        Assert.Equal(1536, _h.Disk.Bytes(segment).Length);
    }

    [Fact]
    public void A_torn_batch_header_is_cut_and_reported()
    {
        ThreeBatches(seal: false);
        _h.Disk.Corrupt(LastSegment, 1536 + 20, 1);

        _h.Recover();

        Assert.Equal(LogVerdict.TailCut, _h.Recovered.Verdict);
        Assert.Equal(["1 1..1 a", "2 state b"], _h.Records);
    }

    [Fact]
    public void What_was_cut_never_comes_back()
    {
        ThreeBatches(seal: false);
        string segment = LastSegment;
        int batch = 1536 + BatchHeader.Size + RecordHeader.Size;
        _h.Disk.Corrupt(segment, batch, 1);
        _h.Recover();
        Assert.Equal(1536, _h.Disk.Bytes(segment).Length);

        _h.State(9, "new");
        _h.Flush();
        _h.Recover();

        Assert.Equal(["1 1..1 a", "2 state b", "9 state new"], _h.Records);
        Assert.Equal(LogVerdict.Clean, _h.Recovered.Verdict);
        Assert.Equal(2, _h.Segments.Count);
    }

    [Fact]
    public void Garbage_behind_a_seal_is_cut_and_nothing_is_missing()
    {
        ThreeBatches();
        string segment = LastSegment;
        byte[] bytes = _h.Disk.Bytes(segment);
        bytes.AsSpan(3000).Fill(0xAB);
        _h.Disk.Plant(segment, bytes);

        _h.Recover();

        Assert.Equal(LogVerdict.TailCut, _h.Recovered.Verdict);
        Assert.Equal(3, _h.Records.Count);
    }

    [Fact]
    public void A_tail_of_zeros_is_simply_the_end()
    {
        ThreeBatches(seal: false);
        Assert.Equal(LogVerdict.Clean, _h.Recover().Recovered.Verdict);
        Assert.Equal(3, _h.Records.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_missing_segment_is_damage_of_all_groups(int missing)
    {
        ManySegments();
        Assert.True(_h.Segments.Count >= 4);
        _h.Disk.Lose(_h.Segments[missing - 1]);

        _h.Recover();

        Assert.Equal(LogVerdict.Damaged, _h.Recovered.Verdict);
        Assert.True(_h.Recovered.AllGroupsDamaged);
        Assert.NotEmpty(_h.Records);
    }

    [Fact]
    public void A_segment_that_became_too_short_is_damage_of_all_groups()
    {
        ManySegments();
        byte[] bytes = _h.Disk.Bytes(_h.Segments[1]);
        _h.Disk.Plant(_h.Segments[1], bytes.AsSpan(0, 600));

        _h.Recover();

        Assert.True(_h.Recovered.AllGroupsDamaged);
    }

    [Fact]
    public void A_last_segment_cut_within_its_sealed_batches_is_a_shorter_log_with_its_seal_gone()
    {
        // The one thing that a log can't tell by itself: a file that lost its end, seal included, looks like an earlier crash.
        ThreeBatches();
        byte[] bytes = _h.Disk.Bytes(LastSegment);
        _h.Disk.Plant(LastSegment, bytes.AsSpan(0, 1100));

        _h.Recover();

        Assert.Equal(LogVerdict.TailCut, _h.Recovered.Verdict);
        Assert.Equal(["1 1..1 a"], _h.Records);
    }

    [Fact]
    public void A_newer_format_is_refused_and_nothing_is_changed()
    {
        ThreeBatches();
        byte[] bytes = _h.Disk.Bytes(LastSegment);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), LogFormat.Version + 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Crc32C.Compute(bytes.AsSpan(8, SegmentHeader.Size - 8)));
        _h.Disk.Plant(LastSegment, bytes);
        int steps = _h.Disk.Steps;

        _h.Recover();

        Assert.Equal(LogVerdict.Refused, _h.Recovered.Verdict);
        Assert.Null(_h.Recovered.Log);
        Assert.Contains("newer format", _h.Recovered.Explanation, StringComparison.Ordinal);
        Assert.Contains(LastSegment, _h.Recovered.Explanation, StringComparison.Ordinal);
        Assert.Equal(steps, _h.Disk.Steps);
    }

    [Fact]
    public void A_log_of_another_directory_is_refused()
    {
        ThreeBatches();
        var other = new LogHarness(_h.Disk) { Options = _h.Options with { Incarnation = new Incarnation(5) } };

        other.Recover();

        Assert.Equal(LogVerdict.Refused, other.Recovered.Verdict);
        Assert.Contains("another directory", other.Recovered.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_under_another_number_counts_for_nothing()
    {
        ThreeBatches();
        _h.Disk.Plant("log/0/0000000000000009.segment", _h.Disk.Bytes(LastSegment));

        _h.Recover();

        Assert.Equal(3, _h.Records.Count);
        Assert.False(_h.Recovered.AllGroupsDamaged);
    }

    [Fact]
    public void A_changed_file_header_costs_nothing_when_the_batches_verify()
    {
        ThreeBatches();
        _h.Disk.Corrupt(LastSegment, 17, 1);

        _h.Recover();

        Assert.Equal(LogVerdict.Clean, _h.Recovered.Verdict);
        Assert.Equal(3, _h.Records.Count);
        Assert.Contains("file header", _h.Recovered.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_of_a_group_is_over_once_the_group_was_forgotten()
    {
        ThreeBatches();
        _h.Disk.Corrupt(LastSegment, 512 + BatchHeader.Size + RecordHeader.Size, 1);
        _h.Recover();
        _h.Log.Forget(new GroupId(1));
        _h.Entries(1, 1, 1, "again");
        _h.Flush();

        _h.Recover();

        Assert.Equal(LogVerdict.Clean, _h.Recovered.Verdict);
        Assert.Equal(["2 state b", "3 state c", "1 forgotten", "1 1..1 again"], _h.Records);
    }

    [Fact]
    public void Damage_of_all_groups_is_over_once_the_log_was_started_over()
    {
        ManySegments();
        _h.Disk.Lose(_h.Segments[1]);
        _h.Recover();
        Assert.True(_h.Recovered.AllGroupsDamaged);

        _h.Log.ForgetAll();
        _h.State(5, "fresh");
        _h.Flush();
        _h.Upkeep();
        _h.Recover();

        Assert.Equal(LogVerdict.Clean, _h.Recovered.Verdict);
        Assert.Equal(["all forgotten", "5 state fresh"], _h.Records);
    }

    [Fact]
    public void Without_sync_a_hole_is_a_tail_since_nothing_was_ever_known_durable()
    {
        var h = new LogHarness { Options = _h.Options with { Synced = false } }.Recover();
        h.State(1, "a");
        h.Flush();
        h.State(1, "b");
        h.Flush();
        h.State(1, "c");
        h.Flush();
        h.Disk.Corrupt(h.Segments[0], 1024, 1);

        h.Recover();

        Assert.Equal(LogVerdict.TailCut, h.Recovered.Verdict);
        Assert.Equal(["1 state a"], h.Records);
    }

    [Fact]
    public void A_crash_in_the_middle_of_a_rotation_leaves_the_log_up_to_it()
    {
        _h.State(1, "a");
        _h.Flush();
        _h.State(2, new string('x', 3500));
        _h.Disk.LosePowerAfter(2); // The new segment's file and header come down, the batch does not.
        Assert.Throws<PowerLossException>(() => _h.Log.TakeBatch()!.Execute(_h.Disk));
        _h.Disk.Crash(new SeededRandom(1));

        _h.Recover();

        Assert.Contains("1 state a", _h.Records);
        Assert.NotEqual(LogVerdict.Damaged, _h.Recovered.Verdict);
    }

    private void ThreeBatches(bool seal = true)
    {
        _h.Entries(1, 1, 1, "a");
        _h.Flush();
        _h.State(2, "b");
        _h.Flush();
        _h.State(3, "c");
        _h.Flush();
        if (seal)
        {
            _h.Seal();
        }
    }

    private void ManySegments()
    {
        for (uint group = 1; group <= 8; group++)
        {
            _h.State(group, new string('x', 1500));
            _h.Flush();
        }

        _h.Seal();
    }
}
