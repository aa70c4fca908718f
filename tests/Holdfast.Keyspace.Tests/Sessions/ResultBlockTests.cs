namespace Holdfast.Keyspace.Tests.Sessions;

public class ResultBlockTests
{
    /// <summary>Snapshots hold these bytes: a failure here is never fixed by changing the expectation, but by a new item of snapshots.</summary>
    [Fact]
    public void The_bytes_of_the_keys_are_frozen()
    {
        byte[] key = new byte[SessionKey.ResultSize];
        SessionKey.WriteResult(key, 0x0A0B, 0x1_0045);
        Assert.Equal("010000000000000A0B000000000001004005", Convert.ToHexString(key));
        Assert.True(SessionKey.IsResult(key));
        Assert.True(SessionKey.IsBlock(key.AsSpan(0, SessionKey.BlockSize)));
        Assert.True(SessionKey.IsSession(key.AsSpan(0, SessionKey.SessionSize)));
        Assert.Equal(0x1_0045UL, SessionKey.LastNumberOf(key));
        Assert.Equal(0x1_007FUL, SessionKey.LastNumberOf(key.AsSpan(0, SessionKey.BlockSize)));
    }

    [Theory]
    [InlineData("01000000000000000000000000000000")]
    [InlineData("010000000000000000")]
    [InlineData("0100000000000000010000000000000001")]
    [InlineData("010000000000000001000000000000004040")]
    [InlineData("010000000000000001000000000000000105")]
    public void Keys_that_no_session_has_are_of_none(string hex)
    {
        byte[] key = Convert.FromHexString(hex);
        Assert.False(SessionKey.IsSession(key) || SessionKey.IsBlock(key) || SessionKey.IsResult(key) || SessionKey.IsToken(key));
    }

    [Fact]
    public void Entries_are_found_by_their_numbers_in_whatever_order_they_came()
    {
        byte[] block = Convert.FromHexString("0504001E0105" + "0100" + "3F02010100");
        Assert.False(ResultBlock.IsWellFormed(block));
        block = block[..^1];
        Assert.True(ResultBlock.IsWellFormed(block));
        Assert.True(ResultBlock.TryFind(block, 64 + 5, out ReadOnlySpan<byte> result));
        Assert.Equal("001E0105", Convert.ToHexString(result));
        Assert.True(ResultBlock.TryFind(block, 64 + 1, out result));
        Assert.True(result.IsEmpty);
        Assert.True(ResultBlock.TryFind(block, 64 + 63, out result));
        Assert.Equal("0101", Convert.ToHexString(result));
        Assert.False(ResultBlock.TryFind(block, 64, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("4000")]
    [InlineData("01000100")]
    [InlineData("0105001E0105")]
    [InlineData("0103001E01")]
    public void Bytes_that_are_no_block_are_refused(string hex) => Assert.False(ResultBlock.IsWellFormed(Convert.FromHexString(hex)));

    [Fact]
    public void A_result_longer_than_a_block_holds_is_none_of_its_entries()
    {
        ApplyResult result = default;
        for (int length = ResultBlock.MaxResultSize; length <= ResultBlock.MaxResultSize + 1; length++)
        {
            byte[] block = new byte[ResultBlock.EntryHeadSize + length];
            result.OldValue = new byte[length - 4];
            int head = KeptResult.WriteHead(result, 0, block.AsSpan(ResultBlock.EntryHeadSize));
            Assert.Equal(4, head);
            block[1] = (byte)length;
            Assert.Equal(length <= ResultBlock.MaxResultSize, ResultBlock.IsWellFormed(block));
        }
    }
}
