using System.Text;
using Holdfast.Primitives;
using Holdfast.Storage.Tests.Fakes;

namespace Holdfast.Storage.Tests.Log;

/// <summary>A log on a crashable disk, driven as an engine drives it, but one step at a time.</summary>
internal sealed class LogHarness(CrashableDisk disk)
{
    public static readonly Incarnation Directory = new(0xC0FFEE);

    public LogHarness()
        : this(new CrashableDisk())
    {
    }

    public CrashableDisk Disk => disk;

    public LogOptions Options { get; init; } = new() { Incarnation = Directory, SegmentBytes = 4096 };

    public WriteAheadLog Log { get; private set; } = null!;

    public RecoveredLog Recovered { get; private set; } = null!;

    /// <summary>The records that recovery gave out, each as a line.</summary>
    public List<string> Records { get; private set; } = [];

    public LogHarness Recover()
    {
        var visitor = new Lines();
        Recovered = WriteAheadLog.Recover(disk, Options, visitor);
        Log = Recovered.Log!;
        Records = visitor.Records;
        return this;
    }

    public void State(uint group, string text) => Log.AppendState(new GroupId(group), Encoding.UTF8.GetBytes(text));

    public void Entries(uint group, ulong first, ulong last, string text) =>
        Log.AppendEntries(new GroupId(group), new LogIndex(first), new LogIndex(last), Encoding.UTF8.GetBytes(text));

    public void Release(uint group, ulong upTo) => Log.ReleaseEntries(new GroupId(group), new LogIndex(upTo));

    /// <summary>Writes what is pending.</summary>
    public void Flush() => Run(Log.TakeBatch());

    public void Seal() => Run(Log.TakeSeal());

    /// <summary>Does all upkeep there is.</summary>
    public void Upkeep()
    {
        while (Log.TakeUpkeep() is { } upkeep)
        {
            Execute(upkeep);
            Log.Complete(upkeep);
            if (upkeep.Failure is not null)
            {
                return;
            }
        }
    }

    public void Run(LogBatch? batch)
    {
        Assert.NotNull(batch);
        Execute(batch);
        Log.Complete(batch);
    }

    public void Execute(DiskWork work)
    {
        try
        {
            work.Execute(disk);
        }
        catch (DiskException failure)
        {
            work.Failure = failure;
        }
    }

    /// <summary>The segment files, in order.</summary>
    public IReadOnlyList<string> Segments => [.. disk.List(Options.Folder).Select(name => $"{Options.Folder}/{name}")];

    public static string StateLine(uint group, string text) => $"{group} state {text}";

    public static string EntriesLine(uint group, ulong first, ulong last, string text) => $"{group} {first}..{last} {text}";

    private sealed class Lines : IRecordVisitor
    {
        public List<string> Records { get; } = [];

        public void State(GroupId group, ReadOnlySpan<byte> payload) =>
            Records.Add(StateLine(group.Value, Encoding.UTF8.GetString(payload)));

        public void Entries(GroupId group, LogIndex first, LogIndex last, ReadOnlySpan<byte> payload) =>
            Records.Add(EntriesLine(group.Value, first.Value, last.Value, Encoding.UTF8.GetString(payload)));

        public void Forgotten(GroupId group) => Records.Add($"{group} forgotten");

        public void AllForgotten() => Records.Add("all forgotten");
    }
}
