namespace Holdfast.Keyspace.Tests.Hashing;

/// <summary>The order of iteration rests on these: a failure here is never fixed by changing the expectation.</summary>
public class SipHash13Tests
{
    [Theory]
    [InlineData(0, 0xABAC_0158_050F_C4DC)]
    [InlineData(1, 0xC9F4_9BF3_7D57_CA93)]
    [InlineData(7, 0xD392_7D98_9BB1_1140)]
    [InlineData(8, 0x3690_9511_8D29_9A8E)]
    [InlineData(15, 0xD320_D86D_2A51_9956)]
    [InlineData(16, 0xCC4F_DD1A_7D90_8B66)]
    [InlineData(63, 0x9D19_9062_B7BB_B3A8)]
    public void The_hash_of_rising_bytes_is_that_of_the_reference(int length, ulong hash)
    {
        byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        Assert.Equal(hash, new SipHash13(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908).Hash(data));
    }

    [Fact]
    public void The_key_made_of_a_seed_is_frozen()
    {
        Assert.Equal(0x95F0_E5C5_02BC_B653UL, SipHash13.OfSeed(0).Hash("key"u8));
        Assert.Equal(0x916B_2FDB_C84A_41D0UL, SipHash13.OfSeed(42).Hash("key"u8));
    }
}
