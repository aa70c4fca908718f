using System.Text;
using Holdfast.Primitives;
using Holdfast.Storage.Tests.Fakes;

namespace Holdfast.Storage.Tests.Log;

/// <summary>
/// The bytes on the disk, frozen. When one of these fails, data directories in the field would no longer be read: don't
/// change what is expected here; raise the version, and keep reading the old one.
/// </summary>
public sealed class LogFormatTests
{
    [Fact]
    public void A_segment_has_exactly_these_bytes()
    {
        var h = new LogHarness().Recover();
        h.State(3, "vote");
        h.Entries(0x01020304, 0x1122334455667788, 0x1122334455667789, "entry");
        h.Flush();
        h.Seal();

        byte[] bytes = h.Disk.Bytes(h.Segments[0]);
        Assert.Equal("log/0/0000000000000001.segment", h.Segments[0]);
        Assert.Equal(Golden.Segment, Golden.Describe(bytes));
    }

    [Fact]
    public void The_frozen_bytes_are_read()
    {
        var disk = new CrashableDisk();
        disk.Plant("log/0/0000000000000001.segment", Golden.Bytes(Golden.Segment, 4096));

        var h = new LogHarness(disk).Recover();

        Assert.Equal(["3 state vote", "16909060 1234605616436508552..1234605616436508553 entry"], h.Records);
        Assert.Equal(LogVerdict.Clean, h.Recovered.Verdict);
    }

    [Theory]
    [InlineData(RecordKind.State, 1)]
    [InlineData(RecordKind.Entries, 2)]
    [InlineData(RecordKind.Forget, 3)]
    [InlineData(RecordKind.Reset, 4)]
    public void The_numbers_of_record_kinds_are_frozen(RecordKind kind, byte number)
    {
        Assert.Equal(number, (byte)kind);
        Assert.Equal(4, Enum.GetValues<RecordKind>().Length);
    }

    [Theory]
    [InlineData("0000000000000001.segment", true)]
    [InlineData("000000000000001.segment", false)]
    [InlineData("+000000000000001.segment", false)]
    [InlineData("0000000000000001.tmp", false)]
    [InlineData("0000000000000001.segment~", false)]
    public void Only_names_that_we_give_are_taken_for_segments(string name, bool isOne) =>
        Assert.Equal(isOne, LogFormat.TryParseSegmentName(name, out _));

    [Fact]
    public void Bytes_of_another_segment_lane_or_directory_do_not_verify()
    {
        uint seed = LogFormat.Seed(new Incarnation(1), 0, 1);
        uint[] others = [LogFormat.Seed(new Incarnation(2), 0, 1), LogFormat.Seed(new Incarnation(1), 1, 1), LogFormat.Seed(new Incarnation(1), 0, 2)];
        var record = new RecordHeader(RecordKind.State, new GroupId(1), default, default, 4);
        var bytes = new byte[RecordHeader.Size + 4];
        record.Write(bytes);
        Encoding.ASCII.GetBytes("vote").CopyTo(bytes, RecordHeader.Size);
        RecordHeader.Seal(bytes, seed);

        Assert.True(RecordHeader.TryRead(bytes, seed, out RecordHeader read));
        Assert.Equal(record, read);
        Assert.All(others, other => Assert.False(RecordHeader.TryRead(bytes, other, out _)));
    }
}
