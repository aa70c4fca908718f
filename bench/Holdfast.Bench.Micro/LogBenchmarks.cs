using BenchmarkDotNet.Attributes;
using Holdfast.Bench.Micro.Fakes;
using Holdfast.Primitives;
using Holdfast.Storage;

namespace Holdfast.Bench.Micro;

/// <summary>A batch of 64 entries of 300 bytes over 16 groups: encoded, sealed and handed to a disk that costs nothing.</summary>
public class LogBenchmarks : IDisposable
{
    private const int Groups = 16;
    private const int Entries = 64;

    private readonly MemoryDisk _disk = new();
    private readonly byte[] _entry = new byte[300];
    private WriteAheadLog _log = null!;
    private ulong _index;

    [GlobalSetup]
    public void Begin()
    {
        RecoveredLog recovered = WriteAheadLog.Recover(_disk, new LogOptions { Incarnation = new Incarnation(1) }, new Nothing());
        _log = recovered.Log ?? throw new InvalidOperationException(recovered.Explanation);
    }

    [Benchmark]
    public long Batch()
    {
        for (int i = 0; i < Entries; i++)
        {
            if (i % Groups == 0)
            {
                _index++;
            }

            var index = new LogIndex(_index);
            _log.AppendEntries(new GroupId((uint)(i % Groups) + 1), index, index, _entry);
        }

        LogBatch batch = _log.TakeBatch() ?? throw new InvalidOperationException("there is a batch to take");
        batch.Execute(_disk);
        _log.Complete(batch);
        Release();
        return (long)batch.Number + _log.PendingBytes;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _log?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The log lets go of old entries, and uses their segments again.</summary>
    private void Release()
    {
        const ulong Kept = 1_000;
        for (uint group = 1; group <= Groups && _index > Kept; group++)
        {
            _log.ReleaseEntries(new GroupId(group), new LogIndex(_index - Kept));
        }

        if (_log.TakeUpkeep() is { } upkeep)
        {
            upkeep.Execute(_disk);
            _log.Complete(upkeep);
        }
    }

    /// <summary>A new log has no records.</summary>
    private sealed class Nothing : IRecordVisitor
    {
        public void State(GroupId group, ReadOnlySpan<byte> payload)
        {
        }

        public void Entries(GroupId group, LogIndex first, LogIndex last, ReadOnlySpan<byte> payload)
        {
        }

        public void Forgotten(GroupId group)
        {
        }

        public void AllForgotten()
        {
        }
    }
}
