using Holdfast.Primitives;

namespace Holdfast.Disk.Tests;

public sealed class RealDiskTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly RealDisk _disk;

    public RealDiskTests() => _disk = new RealDisk(Path.Combine(_directory.Path, "data", "node"));

    public void Dispose()
    {
        _disk.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void The_directory_is_made_when_it_is_not_there() => Assert.True(Directory.Exists(Path.Combine(_directory.Path, "data", "node")));

    [Fact]
    public void What_was_written_is_read_at_any_offset()
    {
        using IDiskFile file = _disk.Create("log/0/a");
        file.Write(3, "abc"u8);
        file.Sync();

        Span<byte> buffer = stackalloc byte[10];
        Assert.Equal(6, file.Length);
        Assert.Equal(6, file.Read(0, buffer));
        Assert.Equal("\0\0\0abc"u8.ToArray(), buffer[..6].ToArray());
        Assert.Equal(0, file.Read(6, buffer));
        Assert.Equal(0, file.Read(100, buffer));
        using IDiskFile again = _disk.Open("log/0/a");
        Assert.Equal(2, again.Read(4, buffer));
    }

    [Fact]
    public void An_allocated_file_has_its_length_in_zeros_and_its_space_on_the_disk()
    {
        using IDiskFile file = _disk.Create("a", 1 << 20);

        Assert.Equal(1 << 20, file.Length);
        var buffer = new byte[1 << 20];
        buffer.AsSpan().Fill(1);
        Assert.Equal(buffer.Length, file.Read(0, buffer));
        Assert.False(buffer.AsSpan().ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void A_file_is_cut_and_extended()
    {
        using IDiskFile file = _disk.Create("a", 4096);
        file.SetLength(100);
        Assert.Equal(100, file.Length);
        file.SetLength(200);
        Assert.Equal(200, file.Length);
    }

    [Fact]
    public void A_file_that_exists_is_not_created_again()
    {
        _disk.Create("a").Dispose();
        DiskException error = Assert.Throws<DiskException>(() => _disk.Create("a"));
        Assert.Equal(DiskFault.Failed, error.Fault);
        Assert.Contains("create", error.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine("node", "a"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_can_t_be_opened()
    {
        DiskException error = Assert.Throws<DiskException>(() => _disk.Open("folder/a"));
        Assert.Equal(DiskFault.Failed, error.Fault);
    }

    [Fact]
    public void Names_are_listed_in_ordinal_order_without_folders_and_without_the_lock()
    {
        foreach (string name in new[] { "b", "a", "B", "folder/c" })
        {
            _disk.Create(name).Dispose();
        }

        Assert.Equal(["B", "a", "b"], _disk.List(""));
        Assert.Equal(["c"], _disk.List("folder"));
        Assert.Empty(_disk.List("nowhere"));
    }

    [Fact]
    public void A_rename_replaces_and_a_deletion_of_nothing_does_nothing()
    {
        using (IDiskFile a = _disk.Create("a"))
        {
            a.Write(0, "new"u8);
        }

        _disk.Create("folder/b").Dispose();
        _disk.Rename("a", "folder/b");
        _disk.SyncFolder("folder");
        _disk.SyncFolder("");

        Assert.False(_disk.Exists("a"));
        using (IDiskFile b = _disk.Open("folder/b"))
        {
            Assert.Equal(3, b.Length);
        }

        _disk.Delete("folder/b");
        _disk.Delete("folder/b");
        _disk.Delete("nowhere/b");
        _disk.SyncFolder("nowhere");
        Assert.False(_disk.Exists("folder/b"));
    }

    [Fact]
    public void A_second_holder_is_told_which_directory_is_in_use()
    {
        string directory = Path.Combine(_directory.Path, "data", "node");
        DiskException error = Assert.Throws<DiskException>(() => new RealDisk(directory));
        Assert.Equal(DiskFault.Locked, error.Fault);
        Assert.Contains(directory, error.Message, StringComparison.Ordinal);

        _disk.Dispose();
        using var next = new RealDisk(directory);
        Assert.Empty(next.List(""));
    }

    [Fact]
    public void The_free_space_and_the_size_are_known() => Assert.InRange(_disk.FreeBytes, 1, _disk.TotalBytes);
}
