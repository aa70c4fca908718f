namespace Holdfast.Simulation;

/// <summary>All that the clients of a world did and saw. Invocations and answers share one order, which agrees with virtual time.</summary>
public sealed class History
{
    private readonly List<ClientOperation> _operations = [];
    private long _moment;

    /// <summary>The finished operations, in the order in which the clients gave them up or got their answers.</summary>
    public IReadOnlyList<ClientOperation> Operations => _operations;

    /// <summary>How many operations had an answer that says what they did.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>The next moment in the order of invocations and answers.</summary>
    internal long NextMoment() => ++_moment;

    internal void Add(ClientOperation operation)
    {
        _operations.Add(operation);
        Acknowledged += operation.Outcome is OperationOutcome.Done or OperationOutcome.Refused ? 1 : 0;
    }

    /// <summary>How many operations ended so.</summary>
    public int Count(OperationOutcome outcome) => _operations.Count(o => o.Outcome == outcome);
}
