using Holdfast.Api;

namespace Holdfast.Simulation;

/// <summary>What the checks need clients to have done: a rule about what never occurred says nothing.</summary>
public enum WorkKind
{
    /// <summary>A write was sent again.</summary>
    SentAgain,

    /// <summary>A write that may have been applied at an earlier attempt was answered at a later one.</summary>
    Resolved,

    /// <summary>A write that may have been applied at an earlier attempt was given up.</summary>
    GivenUp,

    /// <summary>A write was done under an idempotency token.</summary>
    UnderToken,

    /// <summary>A write was done in a session.</summary>
    InSession,

    /// <summary>A session was forgotten, and a write in it refused.</summary>
    SessionLost,

    /// <summary>Something was appended to a list.</summary>
    ListAppend,

    /// <summary>A counter was incremented.</summary>
    Count,

    /// <summary>A batch changed keys.</summary>
    Batch,

    /// <summary>A batch was refused for an operation that failed.</summary>
    BatchRefused,

    /// <summary>A batch changed keys on condition that nobody had come in between.</summary>
    BatchChecked,

    /// <summary>A batch read keys.</summary>
    BatchRead,

    /// <summary>A page was read.</summary>
    Page,

    /// <summary>A watch was told of a change.</summary>
    Change,

    /// <summary>A watch went on from an earlier place.</summary>
    WatchCutOff,

    /// <summary>A watch was told of a gap, where little history is kept.</summary>
    WatchGap,
}

/// <summary>How often each kind of work occurred.</summary>
public sealed class WorkCounts
{
    private readonly long[] _counts = new long[AllKinds.Length];

    private static WorkKind[] AllKinds { get; } = Enum.GetValues<WorkKind>();

    /// <summary>How often a kind occurred.</summary>
    public long this[WorkKind kind] => _counts[(int)kind];

    /// <summary>Every kind with its count, in the order of kinds.</summary>
    public IEnumerable<(WorkKind Kind, long Count)> All => AllKinds.Select(kind => (kind, this[kind]));

    /// <summary>Counts the operations of a history, and what watches were told.</summary>
    internal static WorkCounts Of(IEnumerable<ClientOperation> history, IEnumerable<PartitionWatch> watches)
    {
        WorkCounts counts = new();
        foreach (ClientOperation operation in history)
        {
            counts.CountAttempts(operation);
            counts.CountShared(operation);
        }

        foreach (PartitionWatch watch in watches)
        {
            counts._counts[(int)WorkKind.Change] += watch.Changes.Count;
            counts._counts[(int)WorkKind.WatchCutOff] += watch.CutOffs;
            counts._counts[(int)WorkKind.WatchGap] += watch.Gaps;
        }

        return counts;
    }

    /// <summary>Adds the counts of another history.</summary>
    public void Add(WorkCounts other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }

    private void CountAttempts(ClientOperation operation)
    {
        bool isAnswered = operation.Outcome is OperationOutcome.Done or OperationOutcome.Refused;
        CountIf(operation.Attempts > 1, WorkKind.SentAgain);
        CountIf(operation.Doubts > 0 && isAnswered, WorkKind.Resolved);
        CountIf(operation.Doubts > 0 && !isAnswered, WorkKind.GivenUp);
        CountIf(operation.Repetition == Repetition.Token && isAnswered, WorkKind.UnderToken);
        CountIf(operation.Repetition == Repetition.Session && isAnswered, WorkKind.InSession);
        CountIf(operation.LostSession, WorkKind.SessionLost);
    }

    private void CountShared(ClientOperation operation)
    {
        bool isDone = operation.Outcome == OperationOutcome.Done;
        bool isBatch = operation.Operation == Operation.Batch;
        bool changes = isBatch && operation.Parts.Any(part => part.IsWrite);
        CountIf(isDone && operation.Operation == Operation.Append && SharedKeys.IsList(operation.Key), WorkKind.ListAppend);
        CountIf(isDone && operation.Operation == Operation.Increment && SharedKeys.IsCounter(operation.Key), WorkKind.Count);
        CountIf(isDone && changes, WorkKind.Batch);
        CountIf(isBatch && operation.Outcome == OperationOutcome.Refused, WorkKind.BatchRefused);
        CountIf(isDone && changes && operation.Parts.Any(part => part.Operation == Operation.Check), WorkKind.BatchChecked);
        CountIf(isDone && isBatch && !changes, WorkKind.BatchRead);
        CountIf(isDone && operation.Operation == Operation.List, WorkKind.Page);
    }

    private void CountIf(bool occurred, WorkKind kind) => _counts[(int)kind] += occurred ? 1 : 0;
}
