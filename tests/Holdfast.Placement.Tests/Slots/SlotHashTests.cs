using System.Text;
using Holdfast.Primitives;

namespace Holdfast.Placement.Tests.Slots;

/// <summary>Data lies where these say: a failure here is never fixed by changing the expectation.</summary>
public class SlotHashTests
{
    [Fact]
    public void The_checksum_is_CRC16_XMODEM() => Assert.Equal(0x31C3, SlotHash.Crc16("123456789"u8));

    [Theory]
    [InlineData("123456789", 12739)]
    [InlineData("foo", 12182)]
    [InlineData("bar", 5061)]
    [InlineData("hello", 866)]
    [InlineData("", 0)]
    public void Slots_are_those_of_Redis_Cluster(string key, ushort slot) =>
        Assert.Equal(new Slot(slot), SlotHash.Of(Encoding.UTF8.GetBytes(key)));

    [Theory]
    [InlineData("{user1000}.following", "user1000")]
    [InlineData("foo{}{bar}", "foo{}{bar}")]
    [InlineData("foo{{bar}}zap", "{bar")]
    [InlineData("foo{bar}{zap}", "bar")]
    [InlineData("foo{bar", "foo{bar")]
    [InlineData("}foo{", "}foo{")]
    [InlineData("}{a}", "a")]
    [InlineData("users/42/name", "users/42/name")]
    public void The_first_hash_tag_decides_unless_it_is_empty(string key, string partitionKey) =>
        Assert.Equal(partitionKey, Encoding.UTF8.GetString(SlotHash.PartitionKey(Encoding.UTF8.GetBytes(key))));

    [Theory]
    [InlineData("users/42/name", "users")]
    [InlineData("users", "users")]
    [InlineData("users/", "users")]
    [InlineData("/users/42", "/users/42")]
    [InlineData("users/{42}/name", "42")]
    [InlineData("users/{}/name", "users")]
    public void By_first_level_the_tag_wins_then_the_first_level(string key, string partitionKey)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        Assert.Equal(partitionKey, Encoding.UTF8.GetString(SlotHash.PartitionKey(bytes, PartitionBy.FirstLevel)));
        Assert.Equal(SlotHash.Of(Encoding.UTF8.GetBytes(partitionKey)), SlotHash.Of(bytes, PartitionBy.FirstLevel));
    }
}
