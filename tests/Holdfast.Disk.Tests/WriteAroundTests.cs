using Holdfast.Primitives;

namespace Holdfast.Disk.Tests;

/// <summary>Writes past the system's cache give what other writes give, whatever their sizes and places.</summary>
public sealed class WriteAroundTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly RealDisk _disk;

    public WriteAroundTests() => _disk = new RealDisk(_directory.Path);

    public void Dispose()
    {
        _disk.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3 << 20)]
    public void What_is_written_from_front_to_back_is_read(int allocated)
    {
        var random = new Random(allocated + 1);
        var expected = new List<byte>();
        using (IDiskFile file = _disk.Create("a", allocated))
        {
            while (expected.Count < 2 << 20)
            {
                byte[] data = Bytes(random, random.Next(8) switch { 0 => 4096, 1 => 300_000, 2 => 1, _ => random.Next(1, 20_000) });
                file.WriteAround(expected.Count, data);
                expected.AddRange(data);
                if (random.Next(4) == 0)
                {
                    file.Sync();
                }
            }

            Assert.Equal(Math.Max(allocated, expected.Count), file.Length);
        }

        Assert.Equal(expected, Read(expected.Count));
    }

    [Fact]
    public void It_goes_on_within_a_block_that_was_written_otherwise_or_before_the_file_was_opened()
    {
        using (IDiskFile file = _disk.Create("a", 1 << 20))
        {
            file.Write(0, "0123456789"u8);
            file.WriteAround(10, "abc"u8);
            file.Sync();
        }

        using (IDiskFile file = _disk.Open("a"))
        {
            file.WriteAround(13, "def"u8);
            file.WriteAround(5000, "xyz"u8);
        }

        Assert.Equal("0123456789abcdef\0"u8.ToArray(), Read(17));
        Assert.Equal("\0xyz\0"u8.ToArray(), Read(5004)[4999..]);
    }

    [Fact]
    public void A_file_grows_by_what_is_written_and_no_more()
    {
        using IDiskFile file = _disk.Create("a");

        file.WriteAround(0, new byte[5000]);
        Assert.Equal(5000, file.Length);
        file.WriteAround(5000, new byte[1]);
        Assert.Equal(5001, file.Length);
    }

    [Fact]
    public void A_file_written_beforehand_still_holds_zeros_and_has_its_length()
    {
        using IDiskFile file = _disk.Create("a", 1_000_000);

        file.Prewrite();

        Assert.Equal(1_000_000, file.Length);
        Assert.False(Read(1_000_000).AsSpan().ContainsAnyExcept((byte)0));
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Read(int count)
    {
        using IDiskFile file = _disk.Open("a");
        var bytes = new byte[count];
        Assert.Equal(count, file.Read(0, bytes));
        return bytes;
    }
}
