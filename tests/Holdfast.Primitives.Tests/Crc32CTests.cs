namespace Holdfast.Primitives.Tests;

public class Crc32CTests
{
    /// <summary>The vectors of RFC 3720 (iSCSI), appendix B.4, and the check value of the CRC catalogue.</summary>
    [Fact]
    public void The_published_vectors_hold()
    {
        Assert.Equal(0xE3069283U, Crc32C.Compute("123456789"u8));
        Assert.Equal(0x8A9136AAU, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43U, Crc32C.Compute(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794EU, Crc32C.Compute(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));
        Assert.Equal(0x113FDB5CU, Crc32C.Compute(Enumerable.Range(0, 32).Select(i => (byte)(31 - i)).ToArray()));
        Assert.Equal(0U, Crc32C.Compute([]));
    }

    [Fact]
    public void A_checksum_of_parts_is_that_of_the_whole_wherever_it_is_cut()
    {
        byte[] data = [.. Enumerable.Range(0, 40).Select(i => (byte)(i * 37))];
        uint whole = Crc32C.Compute(data);
        for (int cut = 0; cut <= data.Length; cut++)
        {
            Assert.Equal(whole, Crc32C.Compute(data.AsSpan(cut), Crc32C.Compute(data.AsSpan(0, cut))));
        }
    }

    [Fact]
    public void Every_changed_bit_changes_the_checksum()
    {
        byte[] data = [.. Enumerable.Range(0, 33).Select(i => (byte)i)];
        uint intact = Crc32C.Compute(data);
        for (int bit = 0; bit < data.Length * 8; bit++)
        {
            data[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(intact, Crc32C.Compute(data));
            data[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
