using System.Buffers.Binary;
using Holdfast.Primitives;
using Holdfast.Storage.Tests.Fakes;

namespace Holdfast.Storage.Tests.Manifest;

public sealed class ManifestStoreTests
{
    private readonly CrashableDisk _disk = new();

    [Fact]
    public void A_fresh_directory_has_none() => Assert.Equal(ManifestState.Fresh, ManifestStore.Read(_disk).State);

    [Fact]
    public void What_was_written_is_read_also_after_a_crash()
    {
        ManifestStore.Write("content"u8).Execute(_disk);
        _disk.Crash(new SeededRandom(1));

        ManifestRead read = ManifestStore.Read(_disk);

        Assert.Equal(ManifestState.Present, read.State);
        Assert.Equal("content"u8.ToArray(), read.Content.ToArray());
    }

    [Theory]
    [InlineData("log/0/0000000000000001.segment")]
    [InlineData("snapshots/1-1-1-1.snapshot")]
    public void Data_without_a_manifest_is_no_fresh_directory(string name)
    {
        _disk.Plant(name, [1]);
        Assert.Equal(ManifestState.Missing, ManifestStore.Read(_disk).State);
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_damage()
    {
        ManifestStore.Write("content"u8).Execute(_disk);
        for (int offset = 0; offset < _disk.Bytes("manifest").Length; offset++)
        {
            _disk.Corrupt("manifest", offset, 8);
            Assert.Equal(ManifestState.Damaged, ManifestStore.Read(_disk).State);
            _disk.Corrupt("manifest", offset, 8);
        }
    }

    [Fact]
    public void A_newer_version_is_told_apart_from_damage()
    {
        ManifestStore.Write("content"u8).Execute(_disk);
        byte[] bytes = _disk.Bytes("manifest");
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), 2);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Crc32C.Compute(bytes.AsSpan(8)));
        _disk.Plant("manifest", bytes);

        ManifestRead read = ManifestStore.Read(_disk);

        Assert.Equal(ManifestState.NewerVersion, read.State);
        Assert.Contains("newer", read.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crash_at_any_step_leaves_the_old_bytes_or_the_new_ones()
    {
        for (int steps = 0; steps < 6; steps++)
        {
            for (ulong seed = 0; seed < 20; seed++)
            {
                var disk = new CrashableDisk();
                ManifestStore.Write("old"u8).Execute(disk);
                disk.LosePowerAfter(steps);
                try
                {
                    ManifestStore.Write("newer"u8).Execute(disk);
                }
                catch (PowerLossException)
                {
                    disk.Crash(new SeededRandom(seed));
                }

                disk.StopProcess();
                ManifestRead read = ManifestStore.Read(disk);
                Assert.Equal(ManifestState.Present, read.State);
                Assert.Contains(read.Content.Length, new[] { 3, 5 });
            }
        }
    }

    [Fact]
    public void What_was_read_once_is_there_for_good_also_when_the_process_stopped_while_writing_it()
    {
        _disk.LosePowerAfter(4); // all but the sync of the folder
        Assert.Throws<PowerLossException>(() => ManifestStore.Write("content"u8).Execute(_disk));
        _disk.StopProcess();
        Assert.Equal(ManifestState.Present, ManifestStore.Read(_disk).State);
        for (ulong seed = 0; seed < 20; seed++)
        {
            _disk.Crash(new SeededRandom(seed));
            Assert.Equal(ManifestState.Present, ManifestStore.Read(_disk).State);
        }
    }

    [Fact]
    public void It_can_be_replaced_after_an_attempt_that_a_crash_cut_short()
    {
        _disk.Plant("manifest.tmp", [1, 2, 3]);
        ManifestStore.Write("content"u8).Execute(_disk);
        Assert.Equal(ManifestState.Present, ManifestStore.Read(_disk).State);
    }

    [Fact]
    public void A_manifest_has_exactly_these_bytes()
    {
        ManifestStore.Write("content"u8).Execute(_disk);
        Assert.Equal(Golden.Manifest, Golden.Describe(_disk.Bytes("manifest")));
    }
}
