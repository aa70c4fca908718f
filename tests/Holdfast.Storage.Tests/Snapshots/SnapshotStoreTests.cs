using System.Text;
using Holdfast.Primitives;
using Holdfast.Storage.Tests.Fakes;

namespace Holdfast.Storage.Tests.Snapshots;

public sealed class SnapshotStoreTests
{
    private static readonly Incarnation Directory = new(0xC0FFEE);
    private static readonly GroupId Group = new(4);
    private readonly CrashableDisk _disk = new();
    private Collector _seen = new();
    private SnapshotStore _store;

    public SnapshotStoreTests() => _store = Reopen();

    [Fact]
    public void A_snapshot_exists_once_its_last_step_is_done_and_not_before()
    {
        SnapshotWriter writer = _store.Begin(Group, Id(10), "meta"u8);
        Run(writer.Append("pay"u8));
        Run(writer.Append("load"u8));
        Assert.Null(_store.Newest(Group));
        SnapshotFinish finish = writer.Finish();
        Run(finish);
        Assert.True(_store.Complete(finish));

        SnapshotInfo info = _store.Newest(Group)!;
        Assert.Equal((Group, Id(10), 7L), (info.Group, info.Id, info.PayloadBytes));
        _disk.Crash(new SeededRandom(1));
        Reopen();
        Assert.Equal(["begin 4 10-2 meta 7", "payload", "end"], _seen.Calls);
        Assert.Equal("meta"u8.ToArray(), _store.Newest(Group)!.Meta.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(200_000)]
    public void A_payload_of_any_size_comes_back_whole(int size)
    {
        byte[] payload = Payload(size);
        Write(10, payload);

        Reopen();

        Assert.Equal(payload, _seen.Payload);
        Assert.Equal(size, _store.Newest(Group)!.PayloadBytes);
    }

    [Fact]
    public void It_can_be_read_in_pieces_of_any_size()
    {
        byte[] payload = Payload(200_000);
        Write(10, payload);
        SnapshotReader reader = _store.OpenNewest(Group)!;
        foreach (int step in new[] { 1_000, 65_536, 70_000, 200_000, 1_000_000 })
        {
            List<byte> read = [];
            SnapshotRead piece;
            do
            {
                piece = reader.Read(read.Count, step);
                Run(piece);
                Assert.Equal(read.Count, piece.Offset);
                read.AddRange(piece.Bytes.ToArray());
            }
            while (!piece.Last);
            Assert.Equal(payload, read);
        }
    }

    [Fact]
    public void An_unfinished_reception_can_be_gone_on_with_where_it_stopped()
    {
        SnapshotWriter writer = _store.Begin(Group, Id(10), "m"u8);
        Run(writer.Append("abc"u8));

        SnapshotWriter again = _store.Unfinished(Group, Id(10))!;

        Assert.Equal(3, again.Length);
        Assert.Null(_store.Unfinished(Group, Id(11)));
        Run(again.Append("def"u8));
        Complete(again);
        Assert.Null(_store.Unfinished(Group, Id(10)));
        Reopen();
        Assert.Equal("abcdef"u8.ToArray(), _seen.Payload);
    }

    [Fact]
    public void What_was_left_unfinished_is_removed_at_the_next_start()
    {
        Run(_store.Begin(Group, Id(10), "m"u8).Append(Payload(100_000)));
        Assert.Single(_disk.Names);

        Reopen();

        Assert.Empty(_disk.Names);
        Assert.Empty(_seen.Calls);
    }

    [Fact]
    public void A_snapshot_that_is_given_up_leaves_no_file()
    {
        SnapshotWriter writer = _store.Begin(Group, Id(10), "m"u8);
        Run(writer.Append("abc"u8));
        Run(writer.Abandon());

        Assert.Empty(_disk.Names);
        Assert.Null(_store.Unfinished(Group, Id(10)));
        Write(10, Payload(3));
        Assert.Equal(Id(10), _store.Newest(Group)!.Id);
    }

    [Fact]
    public void The_older_one_goes_once_the_newer_one_is_durable()
    {
        Write(10, Payload(10));
        long one = _store.TotalBytes;
        Write(20, Payload(10));
        Assert.Equal(2, _disk.Names.Count);
        Upkeep();

        Assert.Single(_disk.Names);
        Assert.Equal(one, _store.TotalBytes);
        Reopen();
        Assert.Equal(Id(20), _store.Newest(Group)!.Id);
    }

    [Fact]
    public void A_reader_keeps_its_snapshot_while_a_newer_one_replaces_it()
    {
        byte[] payload = Payload(100_000);
        Write(10, payload);
        SnapshotReader reader = _store.OpenNewest(Group)!;
        Write(20, Payload(5));
        Upkeep();

        SnapshotRead piece = reader.Read(0, 100_000);
        Run(piece);
        Assert.Equal(payload, piece.Bytes.ToArray());
        Assert.Equal(Id(10), reader.Info.Id);

        reader.Close();
        Upkeep();
        Assert.Single(_disk.Names);
    }

    [Fact]
    public void Damaged_bytes_are_never_handed_to_a_reader()
    {
        Write(10, Payload(200_000));
        SnapshotReader reader = _store.OpenNewest(Group)!;
        _disk.Corrupt(_disk.Names[0], 100_000, 4);

        SnapshotRead good = reader.Read(0, 60_000);
        Run(good);
        Assert.Null(good.Damaged);
        SnapshotRead bad = reader.Read(60_000, 60_000);
        Run(bad);
        Assert.Contains("does not verify", bad.Damaged, StringComparison.Ordinal);
        Assert.True(bad.Bytes.IsEmpty);
        Assert.False(bad.Last);
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_reported_at_recovery_and_the_file_stays()
    {
        Write(10, Payload(300));
        string name = Assert.Single(_disk.Names);
        byte[] bytes = _disk.Bytes(name);
        for (int offset = 0; offset < bytes.Length; offset++)
        {
            _disk.Plant(name, bytes);
            _disk.Corrupt(name, offset, (byte)(1 << (offset % 8)));
            Reopen();
            Assert.Equal(["damaged 4 10-2"], _seen.Calls);
            Assert.Null(_store.Newest(Group));
            Assert.Equal(name, Assert.Single(_disk.Names));
        }
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_reported()
    {
        Write(10, Payload(300));
        string name = Assert.Single(_disk.Names);
        byte[] bytes = _disk.Bytes(name);
        for (int length = 0; length < bytes.Length; length++)
        {
            _disk.Plant(name, bytes.AsSpan(0, length));
            Reopen();
            Assert.Equal(["damaged 4 10-2"], _seen.Calls);
        }
    }

    [Fact]
    public void A_damaged_snapshot_goes_when_the_group_is_removed()
    {
        Write(10, Payload(300));
        _disk.Corrupt(_disk.Names[0], 100, 1);
        Reopen();

        _store.Remove(Group);
        Upkeep();

        Assert.Empty(_disk.Names);
    }

    [Fact]
    public void Removing_a_group_takes_its_finished_and_unfinished_snapshots()
    {
        Write(10, Payload(10));
        SnapshotWriter late = _store.Begin(Group, Id(20), "m"u8);
        Run(late.Append("abc"u8));
        SnapshotFinish finish = late.Finish();
        Run(finish);

        _store.Remove(Group);
        Assert.False(_store.Complete(finish));
        Upkeep();

        Assert.Empty(_disk.Names);
        Assert.Null(_store.Newest(Group));
        Assert.Equal(0, _store.TotalBytes);
    }

    [Fact]
    public void A_full_disk_fails_the_snapshot_and_all_that_follows_of_it()
    {
        SnapshotWriter writer = _store.Begin(Group, Id(10), "m"u8);
        Run(writer.Append("abc"u8));
        _disk.Capacity = 1_000;
        DiskWork tooMuch = writer.Append(Payload(300_000));
        Run(tooMuch);
        Assert.Equal(DiskFault.Full, tooMuch.Failure!.Fault);
        _disk.Capacity = long.MaxValue;

        SnapshotFinish finish = writer.Finish();
        Run(finish);

        Assert.Equal(DiskFault.Full, finish.Failure!.Fault);
        Assert.False(_store.Complete(finish));
        Run(writer.Abandon());
        Assert.Empty(_disk.Names);
    }

    [Fact]
    public void A_crash_at_any_step_also_of_the_recovery_after_leaves_the_older_snapshot_or_the_newer_one_whole()
    {
        for (int steps = 0; steps < 14; steps++)
        {
            for (int recoverySteps = 0; recoverySteps < 6; recoverySteps++)
            {
                for (ulong seed = 0; seed < 10; seed++)
                {
                    CrashTwice(steps, recoverySteps, new SeededRandom(seed));
                }
            }
        }
    }

    private static void CrashTwice(int steps, int recoverySteps, SeededRandom random)
    {
        var run = new SnapshotStoreTests();
        run.Write(10, Payload(1_000));
        run.UntilPowerIsGone(steps, () =>
        {
            run.Write(20, Payload(100_000));
            run.Upkeep();
        });
        if (random.Chance(0.5))
        {
            run._disk.Crash(random);
        }

        run._disk.StopProcess();
        run.UntilPowerIsGone(recoverySteps, () => run.Reopen());
        run._disk.Crash(random);
        run.Reopen();

        Assert.DoesNotContain(run._seen.Calls, call => call.StartsWith("damaged", StringComparison.Ordinal));
        Assert.Contains(run._seen.Payload.Length, new[] { 1_000, 100_000 });
        Assert.Single(run._disk.Names);
    }

    [Fact]
    public void Another_directory_s_snapshot_is_refused()
    {
        Write(10, Payload(10));
        RecoveredSnapshots recovered = SnapshotStore.Recover(_disk, new Incarnation(9), new Collector());
        Assert.Null(recovered.Store);
        Assert.Contains("another directory", recovered.Refused, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_file_has_exactly_these_bytes()
    {
        SnapshotWriter writer = _store.Begin(Group, Id(10), "meta"u8);
        Run(writer.Append("payload"u8));
        Complete(writer);
        Assert.Equal("snapshots/4-10-2-1.snapshot", Assert.Single(_disk.Names));
        Assert.Equal(Golden.Snapshot, Golden.Describe(_disk.Bytes(_disk.Names[0])));
    }

    private static SnapshotId Id(ulong index) => new(new LogIndex(index), new Term(2));

    private static byte[] Payload(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(i * 31))];

    private SnapshotStore Reopen()
    {
        _seen = new Collector();
        return _store = SnapshotStore.Recover(_disk, Directory, _seen).Store!;
    }

    private void Write(ulong index, byte[] payload)
    {
        SnapshotWriter writer = _store.Begin(Group, Id(index), "meta"u8);
        for (int at = 0; at < payload.Length; at += 30_000)
        {
            Run(writer.Append(payload.AsSpan(at, Math.Min(30_000, payload.Length - at))));
        }

        Complete(writer);
    }

    private void UntilPowerIsGone(int steps, Action action)
    {
        _disk.LosePowerAfter(steps);
        try
        {
            action();
        }
        catch (PowerLossException)
        {
            // As it should be; what is on the disk now is the point.
        }
    }

    private void Complete(SnapshotWriter writer)
    {
        SnapshotFinish finish = writer.Finish();
        Run(finish);
        Assert.True(_store.Complete(finish));
    }

    private void Upkeep()
    {
        while (_store.TakeUpkeep() is { } work)
        {
            Run(work);
        }
    }

    private void Run(DiskWork work)
    {
        try
        {
            work.Execute(_disk);
        }
        catch (DiskException failure)
        {
            work.Failure = failure;
        }
    }

    private sealed class Collector : ISnapshotVisitor
    {
        private readonly List<byte> _payload = [];

        public List<string> Calls { get; } = [];

        public byte[] Payload => [.. _payload];

        public void Begin(GroupId group, SnapshotId id, ReadOnlySpan<byte> meta, long payloadBytes)
        {
            Calls.Add($"begin {group} {id} {Encoding.UTF8.GetString(meta)} {payloadBytes}");
            _payload.Clear();
        }

        public void Chunk(ReadOnlySpan<byte> payload)
        {
            Calls.Add(payload.Length < 100 ? Encoding.UTF8.GetString(payload) : "chunk");
            _payload.AddRange(payload);
        }

        public void End() => Calls.Add("end");

        public void Damaged(GroupId group, SnapshotId id, string what) => Calls.Add($"damaged {group} {id}");
    }
}
