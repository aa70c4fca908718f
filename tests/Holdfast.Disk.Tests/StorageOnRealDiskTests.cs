using System.Text;
using Holdfast.Primitives;
using Holdfast.Storage;

namespace Holdfast.Disk.Tests;

/// <summary>The storage room on a real disk and real lanes: the two fit together.</summary>
public sealed class StorageOnRealDiskTests
{
    [Fact]
    public void A_log_and_its_upkeep_run_side_by_side_and_all_comes_back()
    {
        using var directory = new TemporaryDirectory();
        var options = new LogOptions { Incarnation = new Incarnation(1), SegmentBytes = 64 << 10 };
        var none = new LastText();
        using (var disk = new RealDisk(directory.Path))
        {
            using WriteAheadLog log = WriteAheadLog.Recover(disk, options, none).Log!;
            using var returned = new System.Collections.Concurrent.BlockingCollection<DiskWork>();
            using var lanes = new DiskLanes(disk, returned.Add, error => returned.Add(new Broken(error)));
            for (ulong i = 1; i <= 300; i++)
            {
                log.AppendEntries(new GroupId(1), new LogIndex(i), new LogIndex(i), Encoding.ASCII.GetBytes($"{i} {new string('x', 2_000)}"));
                lanes.Submit(DiskLane.Log, log.TakeBatch()!);
                while (log.CompletedThrough < i)
                {
                    Take(log, returned.Take());
                    if (log.TakeUpkeep() is { } upkeep)
                    {
                        lanes.Submit(DiskLane.Bulk, upkeep);
                    }
                }

                log.ReleaseEntries(new GroupId(1), new LogIndex(i - 1));
            }

            Assert.InRange(log.SegmentCount, 1, 5);
        }

        using var again = new RealDisk(directory.Path);
        var seen = new LastText();
        RecoveredLog recovered = WriteAheadLog.Recover(again, options, seen);
        Assert.True(recovered.Verdict is LogVerdict.Clean or LogVerdict.TailCut, recovered.Explanation);
        Assert.StartsWith("300 ", seen.Text, StringComparison.Ordinal);
        recovered.Log!.Dispose();
    }

    private static void Take(WriteAheadLog log, DiskWork work)
    {
        Assert.Null(work.Failure);
        switch (work)
        {
            case LogBatch batch:
                log.Complete(batch);
                break;
            case LogUpkeep upkeep:
                log.Complete(upkeep);
                break;
            default:
                Assert.Fail(work.ToString());
                break;
        }
    }

    private sealed class Broken(Exception error) : DiskWork
    {
        public override void Execute(IDisk disk) => throw error;

        public override string ToString() => error.ToString();
    }

    private sealed class LastText : IRecordVisitor
    {
        public string Text { get; private set; } = "";

        public void State(GroupId group, ReadOnlySpan<byte> payload)
        {
        }

        public void Entries(GroupId group, LogIndex first, LogIndex last, ReadOnlySpan<byte> payload) => Text = Encoding.ASCII.GetString(payload);

        public void Forgotten(GroupId group)
        {
        }

        public void AllForgotten()
        {
        }
    }
}
