using System.Diagnostics;
using Holdfast.Primitives;
using Holdfast.Storage;

namespace Holdfast.Disk.Tests;

/// <summary>A disk that really is full: a small file system in memory, which only the superuser may mount.</summary>
public sealed class FullDiskTests
{
    [SuperuserFact]
    public void A_full_disk_is_told_apart_from_a_broken_one_and_leaves_no_half_made_file()
    {
        using var mount = new SmallFileSystem(kibibytes: 256);
        using var disk = new RealDisk(mount.Path);

        Assert.Equal(DiskFault.Full, Assert.Throws<DiskException>(() => disk.Create("large", 1 << 20)).Fault);
        Assert.False(disk.Exists("large"));
        using IDiskFile file = disk.Create("growing");
        var chunk = new byte[64 << 10];
        DiskException error = Assert.Throws<DiskException>(() =>
        {
            for (long offset = 0; offset < 1 << 20; offset += chunk.Length)
            {
                file.Write(offset, chunk);
            }
        });
        Assert.Equal(DiskFault.Full, error.Fault);
        Assert.InRange(disk.FreeBytes, 0, 64 << 10);
    }

    [SuperuserFact]
    public void A_log_on_a_full_disk_waits_and_goes_on_when_there_is_space_again()
    {
        using var mount = new SmallFileSystem(kibibytes: 256);
        using var disk = new RealDisk(mount.Path);
        var options = new LogOptions { Incarnation = new Incarnation(1), SegmentBytes = 128 << 10 };
        using WriteAheadLog log = WriteAheadLog.Recover(disk, options, new NoRecords()).Log!;
        using (IDiskFile ballast = disk.Create("ballast", 200 << 10))
        {
            log.AppendState(new GroupId(1), "vote"u8);
            Run(log, disk);
            Assert.Equal(0ul, log.CompletedThrough);
            Assert.Null(log.Failure);
        }

        disk.Delete("ballast");
        Run(log, disk);

        Assert.Equal(1ul, log.CompletedThrough);
    }

    private static void Run(WriteAheadLog log, RealDisk disk)
    {
        LogBatch batch = log.TakeBatch()!;
        try
        {
            batch.Execute(disk);
        }
        catch (DiskException failure)
        {
            batch.Failure = failure;
        }

        log.Complete(batch);
    }

    private sealed class NoRecords : IRecordVisitor
    {
        public void State(GroupId group, ReadOnlySpan<byte> payload) => throw new InvalidOperationException("the log is new");

        public void Entries(GroupId group, LogIndex first, LogIndex last, ReadOnlySpan<byte> payload) => throw new InvalidOperationException("the log is new");

        public void Forgotten(GroupId group) => throw new InvalidOperationException("the log is new");

        public void AllForgotten() => throw new InvalidOperationException("the log is new");
    }

    /// <summary>A file system of a given size, mounted while the test runs.</summary>
    private sealed class SmallFileSystem : IDisposable
    {
        private readonly TemporaryDirectory _directory = new();

        public SmallFileSystem(int kibibytes) => Command("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "tmpfs", _directory.Path);

        public string Path => _directory.Path;

        public void Dispose()
        {
            Command("umount", Path);
            _directory.Dispose();
        }

        private static void Command(string program, params string[] arguments)
        {
            using Process process = Process.Start(program, arguments);
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
    }

    /// <summary>A test that mounts a file system, and is skipped where that is not allowed.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class SuperuserFactAttribute : FactAttribute
    {
        public SuperuserFactAttribute()
        {
            if (!MayMount())
            {
                Skip = "mounting a file system takes a superuser with that right";
            }
        }

        private static bool MayMount()
        {
            if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            {
                return false;
            }

            using var directory = new TemporaryDirectory();
            using Process mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "tmpfs", directory.Path]) { RedirectStandardError = true, UseShellExecute = false })!;
            mount.WaitForExit();
            if (mount.ExitCode != 0)
            {
                return false;
            }

            using Process unmount = Process.Start("umount", [directory.Path]);
            unmount.WaitForExit();
            return unmount.ExitCode == 0;
        }
    }
}
