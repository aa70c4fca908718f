using System.Buffers;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Sessions;

public class KeptResultTests
{
    /// <summary>Snapshots hold these bytes: a failure here is never fixed by changing the expectation, but by a new item of snapshots.</summary>
    [Theory]
    [InlineData("put", "00 1E AC02 05")]
    [InlineData("refused", "01 09 AC02")]
    [InlineData("increment", "00 3C AC02 02 13")]
    [InlineData("delete", "00 CD20 AC02 01 03 6F6C64")]
    [InlineData("clear", "00 CC16 AC02 E807 AB02 03 6B6579")]
    [InlineData("batch", "00 8C48 AC02 01 02 0102")]
    [InlineData("expire", "00 8D01 AC02 8180808010")]
    public void The_bytes_of_results_are_frozen(string name, string hex)
    {
        ApplyResult result = Make(name, out byte[] batchResults);
        byte[] bytes = Write(result, batchResults);
        Assert.Equal(hex.Replace(" ", ""), Convert.ToHexString(bytes));
        ApplyResult read = default;
        Assert.True(KeptResult.TryRead(bytes, ref read, out ReadOnlySpan<byte> readBatchResults));
        Assert.Equal(Outcome.Of(result, batchResults), Outcome.Of(read, readBatchResults));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(KeptResult.TryRead(bytes.AsSpan(0, length), ref read, out _));
        }

        byte[] longer = [.. bytes, 0];
        Assert.False(KeptResult.TryRead(longer, ref read, out _));
    }

    [Fact]
    public void The_largest_numbers_are_kept()
    {
        var result = new ApplyResult
        {
            Status = (ApplyStatus)255,
            Revision = new Revision(ulong.MaxValue),
            Length = int.MaxValue,
            Number = long.MinValue,
            Deleted = long.MaxValue,
            DeadlineMs = ulong.MaxValue,
            Bound = new Revision(ulong.MaxValue),
            FailedAt = int.MinValue,
            More = true,
            NextKey = new byte[4096],
            OldValue = new byte[100_000],
        };
        byte[] batchResults = new byte[70_000];
        byte[] bytes = Write(result, batchResults);
        ApplyResult read = default;
        Assert.True(KeptResult.TryRead(bytes, ref read, out ReadOnlySpan<byte> readBatchResults));
        Assert.Equal(Outcome.Of(result, batchResults), Outcome.Of(read, readBatchResults));
    }

    [Theory]
    [InlineData("00 808001")]
    [InlineData("00 08 FFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData("00 8010 05 00")]
    public void Bytes_that_are_no_result_are_refused(string hex)
    {
        ApplyResult read = default;
        Assert.False(KeptResult.TryRead(Convert.FromHexString(hex.Replace(" ", "")), ref read, out _));
    }

    private static byte[] Write(in ApplyResult result, ReadOnlySpan<byte> batchResults)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Advance(KeptResult.WriteHead(result, batchResults.Length, output.GetSpan(KeptResult.MaxHeadSize)));
        output.Write(result.NextKey);
        output.Write(result.OldValue);
        output.Write(batchResults);
        return output.WrittenSpan.ToArray();
    }

    private static ApplyResult Make(string name, out byte[] batchResults)
    {
        batchResults = name == "batch" ? [1, 2] : [];
        var revision = new Revision(300);
        return name switch
        {
            "put" => new() { Created = true, Changed = true, Revision = revision, Length = 5 },
            "refused" => new() { Status = ApplyStatus.ConditionFailed, Found = true, Revision = revision },
            "increment" => new() { Changed = true, Revision = revision, Length = 2, Number = -10 },
            "delete" => new() { Found = true, Changed = true, Revision = revision, Deleted = 1, OldValue = "old"u8 },
            "clear" => new()
            {
                Changed = true,
                More = true,
                Revision = revision,
                Deleted = 1000,
                Bound = new Revision(299),
                NextKey = "key"u8,
            },
            "batch" => new() { Changed = true, Revision = revision, FailedAt = -1 },
            "expire" => new() { Found = true, Changed = true, Revision = revision, DeadlineMs = (1UL << 32) + 1 },
            _ => throw new ArgumentException(name),
        };
    }
}
