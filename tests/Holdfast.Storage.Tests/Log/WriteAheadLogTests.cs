using Holdfast.Primitives;
using Holdfast.Storage.Tests.Fakes;
using static Holdfast.Storage.Tests.Log.LogHarness;

namespace Holdfast.Storage.Tests.Log;

public sealed class WriteAheadLogTests
{
    private readonly LogHarness _h = new LogHarness().Recover();

    [Fact]
    public void A_new_directory_has_an_empty_log()
    {
        Assert.Equal(LogVerdict.Empty, _h.Recovered.Verdict);
        Assert.Empty(_h.Records);
        Assert.Null(_h.Log.TakeBatch());
        Assert.False(_h.Log.NeedsSeal);
    }

    [Fact]
    public void Records_come_back_in_the_order_in_which_they_were_appended()
    {
        _h.State(1, "term 1");
        _h.Entries(1, 1, 2, "ab");
        _h.Flush();
        _h.Entries(2, 7, 7, "x");
        _h.Log.Forget(new GroupId(2));
        _h.State(1, "term 2");
        _h.Flush();

        _h.Recover();

        Assert.Equal(["1 state term 1", "1 1..2 ab", "2 7..7 x", "2 forgotten", "1 state term 2"], _h.Records);
        Assert.Equal(LogVerdict.Clean, _h.Recovered.Verdict);
    }

    [Fact]
    public void Everything_appended_while_a_batch_is_on_its_way_goes_out_as_the_next_one()
    {
        _h.State(1, "a");
        LogBatch first = _h.Log.TakeBatch()!;
        Assert.Equal(1ul, first.Number);
        _h.State(1, "b");
        _h.State(2, "c");
        ulong waitFor = _h.Log.PendingBatch;
        Assert.Null(_h.Log.TakeBatch());

        int syncs = _h.Disk.Syncs;
        _h.Run(first);
        _h.Flush();

        Assert.Equal(2, _h.Disk.Syncs - syncs);
        Assert.Equal(2ul, waitFor);
        Assert.Equal(waitFor, _h.Log.CompletedThrough);
    }

    [Fact]
    public void Batch_numbers_go_on_over_a_restart()
    {
        _h.State(1, "a");
        _h.Flush();
        Assert.Equal(1ul, _h.Log.CompletedThrough);

        _h.Recover();

        Assert.Equal(1ul, _h.Log.CompletedThrough);
        Assert.Equal(2ul, _h.Log.PendingBatch);
    }

    [Fact]
    public void An_idle_log_seals_itself_once()
    {
        _h.State(1, "a");
        Assert.False(_h.Log.NeedsSeal);
        _h.Flush();
        Assert.True(_h.Log.NeedsSeal);
        _h.Seal();
        Assert.False(_h.Log.NeedsSeal);
        Assert.Null(_h.Log.TakeSeal());
    }

    [Fact]
    public void A_payload_of_seventeen_mebibytes_gets_a_segment_of_its_own()
    {
        var payload = new byte[17 << 20];
        payload.AsSpan(1 << 20).Fill(7);
        _h.State(1, "before");
        _h.Flush();
        payload.CopyTo(_h.Log.ReserveEntries(new GroupId(1), new LogIndex(1), new LogIndex(1), payload.Length));
        _h.Flush();
        _h.State(1, "after");
        _h.Flush();

        var seen = new LastEntries();
        RecoveredLog recovered = WriteAheadLog.Recover(_h.Disk, _h.Options, seen);

        Assert.Equal(LogVerdict.Clean, recovered.Verdict);
        Assert.Equal(payload, seen.Payload);
        Assert.Contains(_h.Segments, name => _h.Disk.Bytes(name).Length > payload.Length);
    }

    [Fact]
    public void A_failed_sync_ends_the_log_for_ever()
    {
        _h.State(1, "a");
        _h.Disk.FailNextSync = true;
        _h.Flush();

        Assert.Equal(DiskFault.Failed, _h.Log.Failure!.Fault);
        _h.State(1, "b");
        Assert.Null(_h.Log.TakeBatch());
        Assert.Null(_h.Log.TakeSeal());
        Assert.Null(_h.Log.TakeUpkeep());
        Assert.Equal(0ul, _h.Log.CompletedThrough);
    }

    [Fact]
    public void What_was_readable_after_a_failed_sync_is_on_the_disk_once_recovery_has_taken_it()
    {
        _h.State(1, "a");
        _h.Flush();
        _h.State(1, "b");
        _h.Disk.FailNextSync = true;
        _h.Flush();

        _h.Recover(); // The process restarts, the machine does not: the kernel still hands the bytes out.
        Assert.Equal(["1 state a", "1 state b"], _h.Records);

        _h.Disk.Crash(new SeededRandom(3));
        _h.Recover();
        Assert.Equal(["1 state a", "1 state b"], _h.Records);
    }

    [Fact]
    public void A_disk_too_full_for_a_segment_delays_a_batch_but_does_not_end_the_log()
    {
        _h.Disk.Capacity = 100;
        _h.State(1, "a");
        _h.Flush();
        Assert.Null(_h.Log.Failure);
        Assert.Equal(0ul, _h.Log.CompletedThrough);

        _h.State(2, "b");
        _h.Disk.Capacity = long.MaxValue;
        _h.Flush();
        _h.Flush();

        Assert.Equal(["1 state a", "2 state b"], _h.Recover().Records);
    }

    [Fact]
    public void A_log_in_steady_state_allocates_nothing_a_batch()
    {
        var log = new LogHarness(new CrashableDisk()) { Options = new LogOptions { Incarnation = LogHarness.Directory } }.Recover();
        byte[] payload = new byte[256];
        using var sink = new NullDiskFile();
        var disk = new NullDisk(sink);
        void Turn()
        {
            log.Log.AppendEntries(new GroupId(1), new LogIndex(1), new LogIndex(1), payload);
            LogBatch batch = log.Log.TakeBatch()!;
            batch.Execute(disk);
            log.Log.Complete(batch);
            _ = log.Log.NeedsSeal;
        }

        for (int i = 0; i < 100; i++)
        {
            Turn();
        }

        var managed = ManagedBytes.Begin();
        for (int i = 0; i < 1_000; i++)
        {
            Turn();
        }

        Assert.InRange(managed.Allocated, 0, 1_000);
    }

    private sealed class LastEntries : IRecordVisitor
    {
        public byte[] Payload { get; private set; } = [];

        public void State(GroupId group, ReadOnlySpan<byte> payload)
        {
        }

        public void Entries(GroupId group, LogIndex first, LogIndex last, ReadOnlySpan<byte> payload) => Payload = payload.ToArray();

        public void Forgotten(GroupId group)
        {
        }

        public void AllForgotten()
        {
        }
    }

    private sealed class NullDisk(IDiskFile file) : IDisk
    {
        public long FreeBytes => long.MaxValue;

        public IDiskFile Create(string name, long allocate = 0) => file;

        public IDiskFile Open(string name) => file;

        public bool Exists(string name) => false;

        public IReadOnlyList<string> List(string folder) => [];

        public void Rename(string from, string to)
        {
        }

        public void Delete(string name)
        {
        }

        public void SyncFolder(string folder)
        {
        }
    }

    private sealed class NullDiskFile : IDiskFile
    {
        public long Length => 0;

        public void Write(long offset, ReadOnlySpan<byte> data)
        {
        }

        public int Read(long offset, Span<byte> buffer) => 0;

        public void SetLength(long length)
        {
        }

        public void Sync()
        {
        }

        public void Dispose()
        {
        }
    }
}
