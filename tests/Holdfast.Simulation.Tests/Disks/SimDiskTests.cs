using System.Text;
using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

public class SimDiskTests
{
    private const int Crashes = 200;

    [Fact]
    public void What_was_synced_survives_every_crash() => EachCrash(
        disk =>
        {
            using IDiskFile file = disk.Create("folder/file");
            Write(file, 0, "durable");
            file.Sync();
            disk.SyncFolder("folder");
            Write(file, 7, " and not");
        },
        disk => Assert.StartsWith("durable", Read(disk, "folder/file"), StringComparison.Ordinal));

    [Fact]
    public void What_was_not_synced_survives_whole_or_in_part_or_not_at_all()
    {
        HashSet<string> outcomes = new(StringComparer.Ordinal);
        EachCrash(
            disk =>
            {
                using IDiskFile file = disk.Create("file");
                disk.SyncFolder("");
                Write(file, 0, new string('a', 512) + new string('b', 512));
                Write(file, 1024, "c");
            },
            disk => outcomes.Add(string.Concat(Read(disk, "file").Distinct().Select(c => c == '\0' ? '0' : c))));

        Assert.Contains("", outcomes);
        Assert.Contains("abc", outcomes);
        Assert.Contains("a", outcomes);
        Assert.Contains("ab", outcomes);
        Assert.Contains("0b", outcomes);
    }

    [Fact]
    public void A_sector_is_never_torn() => EachCrash(
        disk =>
        {
            using IDiskFile file = disk.Create("file");
            disk.SyncFolder("");
            Write(file, 0, new string('x', 2048));
        },
        disk =>
        {
            string text = Read(disk, "file");
            for (int sector = 0; sector < text.Length; sector += 512)
            {
                Assert.Single(text.Substring(sector, 512).Distinct());
            }
        });

    [Fact]
    public void A_file_whose_folder_was_not_synced_may_vanish()
    {
        HashSet<bool> outcomes = [];
        EachCrash(disk => disk.Create("file").Dispose(), disk => outcomes.Add(disk.Exists("file")));

        Assert.Equal(2, outcomes.Count);
    }

    [Fact]
    public void A_rename_is_atomic_and_durable_once_its_folder_is_synced()
    {
        HashSet<string> outcomes = new(StringComparer.Ordinal);
        EachCrash(
            disk =>
            {
                Store(disk, "target", "old");
                disk.SyncFolder("");
                Store(disk, "next", "new");
                disk.Rename("next", "target");
            },
            disk => outcomes.Add(Read(disk, "target")));
        Assert.Equal(["new", "old"], outcomes.Order(StringComparer.Ordinal));

        EachCrash(
            disk =>
            {
                Store(disk, "next", "new");
                disk.Rename("next", "target");
                disk.SyncFolder("");
            },
            disk =>
            {
                Assert.Equal("new", Read(disk, "target"));
                Assert.False(disk.Exists("next"));
            });
    }

    [Fact]
    public void A_process_that_is_killed_loses_nothing_that_it_wrote()
    {
        SimDisk disk = NewDisk(1);
        IDiskFile file = disk.Create("file");
        Write(file, 0, "cached");
        disk.CloseAll();

        Assert.Equal("cached", Read(disk, "file"));
        Assert.Throws<InvariantViolationException>(() => Write(file, 0, "late"));
    }

    [Fact]
    public void A_failed_sync_loses_for_ever_what_it_should_have_made_durable()
    {
        SimDisk disk = NewDisk(1);
        using (IDiskFile file = disk.Create("file"))
        {
            disk.SyncFolder("");
            Write(file, 0, "dropped");
            disk.FailNextSync();
            Assert.Equal(DiskFault.Failed, Assert.Throws<DiskException>(file.Sync).Fault);
            file.Sync();
            Assert.Equal("dropped", Read(disk, "file"));
        }

        disk.LosePower();
        Assert.Equal("", Read(disk, "file"));
    }

    [Fact]
    public void A_full_disk_refuses_what_grows_and_takes_what_was_allocated()
    {
        SimDisk disk = NewDisk(1);
        using IDiskFile file = disk.Create("file", allocate: 1000);
        disk.LeaveFree(10);

        Write(file, 990, "0123456789");
        Write(file, 1000, "0123456789");
        Assert.Equal(0, disk.FreeBytes);
        Assert.Equal(DiskFault.Full, Assert.Throws<DiskException>(() => Write(file, 1010, "x")).Fault);
        Assert.Equal(DiskFault.Full, Assert.Throws<DiskException>(() => disk.Create("other", allocate: 1)).Fault);

        disk.FreeSpace();
        Write(file, 1010, "x");
        disk.Delete("file");
        Assert.Equal(new WorldOptions().DiskBytes, disk.FreeBytes);
    }

    [Fact]
    public void After_a_crash_in_the_middle_nothing_more_reaches_the_disk()
    {
        SimDisk disk = NewDisk(1);
        using IDiskFile file = disk.Create("file");
        disk.SyncFolder("");
        disk.CrashAt(CrashPoint.AfterOperations, 2);
        Write(file, 0, "first");

        Assert.Throws<SimulatedCrashException>(() => Write(file, 5, "second"));
        Assert.Throws<SimulatedCrashException>(file.Sync);
        disk.LosePower();
        Write(disk.Open("file"), 0, "again");
    }

    [Fact]
    public void A_flipped_bit_is_on_the_medium()
    {
        SimDisk disk = NewDisk(1);
        Store(disk, "file", "intact");
        disk.SyncFolder("");

        Assert.True(disk.FlipBit(new SeededRandom(3)));
        disk.LosePower();
        Assert.NotEqual("intact", Read(disk, "file"));
    }

    [Fact]
    public void A_folder_lists_its_own_files_in_ordinal_order()
    {
        SimDisk disk = NewDisk(1);
        foreach (string name in (string[])["b/2", "a", "b/10", "b/c/d", "B"])
        {
            disk.Create(name).Dispose();
        }

        Assert.Equal(["B", "a"], disk.List(""));
        Assert.Equal(["10", "2"], disk.List("b"));
        Assert.Empty(disk.List("none"));
    }

    private static void EachCrash(Action<SimDisk> before, Action<SimDisk> after)
    {
        for (ulong seed = 0; seed < Crashes; seed++)
        {
            SimDisk disk = NewDisk(seed);
            before(disk);
            disk.LosePower();
            after(disk);
        }
    }

    private static SimDisk NewDisk(ulong seed) =>
        new(new World(seed, new WorldOptions(), new LedgerFactory()), 0, new WorldOptions().DiskBytes, new SeededRandom(seed));

    private static void Store(SimDisk disk, string name, string text)
    {
        using IDiskFile file = disk.Create(name);
        Write(file, 0, text);
        file.Sync();
    }

    private static void Write(IDiskFile file, long offset, string text) => file.Write(offset, Encoding.ASCII.GetBytes(text));

    private static string Read(SimDisk disk, string name)
    {
        using IDiskFile file = disk.Open(name);
        byte[] bytes = new byte[file.Length];
        file.Read(0, bytes);
        return Encoding.ASCII.GetString(bytes);
    }
}
