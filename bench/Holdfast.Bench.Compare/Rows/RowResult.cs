namespace Holdfast.Bench.Compare.Rows;

/// <summary>One measured run.</summary>
internal sealed record Run(
    string System,
    int Number,
    string Generator,
    long Operations,
    double OperationsPerSecond,
    double P50Milliseconds,
    double P99Milliseconds,
    double CpuMicrosecondsPerOperation,
    double ContextSwitchesPerOperation,
    double BytesWrittenPerOperation);

/// <summary>The syncs of the disk in one run of its own.</summary>
internal sealed record SyncRun(string System, long Operations, long Syncs)
{
    public double SyncsPerOperation => (double)Syncs / Operations;
}

/// <summary>The latencies of a loop that appends and syncs, three of them at a time, beside the row's runs.</summary>
internal sealed record DiskRun(int Number, int Operations, double P50Milliseconds, double P99Milliseconds);

/// <summary>All runs of a row; none, and the reason, where it was left out.</summary>
internal sealed record RowResult(RowTitle Title, IReadOnlyList<string> Ours, string Peer)
{
    public string? LeftOut { get; init; }

    public List<Run> Runs { get; } = [];

    public List<SyncRun> SyncRuns { get; } = [];

    public List<DiskRun> DiskRuns { get; } = [];

    public IEnumerable<Run> RunsOf(string system) => Runs.Where(run => run.System == system);

    /// <summary>Of a statistic of one system's runs.</summary>
    public Spread Of(string system, Func<Run, double> statistic) => Spread.Of(RunsOf(system).Select(statistic));

    /// <summary>Our rate to that of the peer's run in the same round, for each round.</summary>
    public double[] RatiosOf(string ours) =>
    [
        .. RunsOf(ours).Join(
            RunsOf(Peer), run => run.Number, run => run.Number, (our, their) => our.OperationsPerSecond / their.OperationsPerSecond),
    ];
}
