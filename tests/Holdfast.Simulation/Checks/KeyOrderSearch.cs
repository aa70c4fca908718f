namespace Holdfast.Simulation;

/// <summary>How a search for an order ended.</summary>
internal enum SearchResult
{
    /// <summary>There is an order that explains every answer.</summary>
    Found,

    /// <summary>There is none.</summary>
    Impossible,

    /// <summary>The search was given up.</summary>
    Undecided,
}

/// <summary>
/// Looks for an order of one key's operations that the model allows and that agrees with real time: Wing and Gong's search, with
/// Lowe's memory of the configurations that were seen (Lowe 2017, §3). Operations with an open end are tried last, and may be left out.
/// </summary>
internal sealed class KeyOrderSearch
{
    private readonly ClientOperation[] _operations;
    private readonly ulong[] _taken;
    private readonly HashSet<Configuration> _seen = [];
    private readonly Stack<Step> _steps = new();
    private readonly int _limit;
    private int _closedLeft;
    private int _firstOpen;

    /// <summary>A search over one key's operations that gives up after so many configurations.</summary>
    public KeyOrderSearch(IEnumerable<ClientOperation> operations, int limit)
    {
        _operations = operations.OrderBy(o => o.Invoked).ToArray();
        _taken = new ulong[(_operations.Length + 63) / 64];
        _limit = limit;
        _closedLeft = _operations.Count(IsClosed);
    }

    /// <summary>The state at the furthest point that any order reached.</summary>
    public KeyState FurthestState { get; private set; } = KeyState.Absent;

    /// <summary>What could have come next there, and did not fit.</summary>
    public IReadOnlyList<ClientOperation> FurthestCandidates { get; private set; } = [];

    /// <summary>The order up to there.</summary>
    public IReadOnlyList<ClientOperation> FurthestOrder { get; private set; } = [];

    /// <summary>How often the key ended by its deadline in the order that was found.</summary>
    public int Ended => _steps.Count(step => step.EndedBefore);

    public SearchResult Run()
    {
        int fewestLeft = int.MaxValue;
        Enter(KeyState.Absent, -1, endedBefore: false);
        while (_closedLeft > 0)
        {
            Step step = _steps.Peek();
            if (_closedLeft < fewestLeft)
            {
                fewestLeft = _closedLeft;
                RememberFurthest(step);
            }

            if (step.IsExhausted)
            {
                _steps.Pop();
                if (_steps.Count == 0)
                {
                    return SearchResult.Impossible;
                }

                Release(step.Operation);
                continue;
            }

            if (step.TryNext(out int operation, out bool endsBefore))
            {
                Try(step.State, operation, endsBefore);
            }

            if (_seen.Count > _limit)
            {
                return SearchResult.Undecided;
            }
        }

        return SearchResult.Found;
    }

    private void Try(KeyState state, int operation, bool endsBefore)
    {
        if ((endsBefore && !state.TryEnd(_operations[operation].CompletedAt, out state))
            || !KeyModel.TryApply(state, _operations[operation], out KeyState next))
        {
            return;
        }

        Take(operation);
        if (_seen.Add(new Configuration((ulong[])_taken.Clone(), next)))
        {
            Enter(next, operation, endsBefore);
        }
        else
        {
            Release(operation);
        }
    }

    private void Enter(in KeyState state, int operation, bool endedBefore) =>
        _steps.Push(new Step(state, operation, endedBefore, Candidates()));

    /// <summary>What can come next: what was invoked before the first answer among the operations that are left. Closed ones come first.</summary>
    private List<int> Candidates()
    {
        while (_firstOpen < _operations.Length && IsTaken(_firstOpen))
        {
            _firstOpen++;
        }

        List<int> closed = [];
        List<int> open = [];
        long firstAnswer = long.MaxValue;
        for (int i = _firstOpen; i < _operations.Length && _operations[i].Invoked < firstAnswer; i++)
        {
            if (!IsTaken(i))
            {
                firstAnswer = Math.Min(firstAnswer, _operations[i].Completed);
                (IsClosed(_operations[i]) ? closed : open).Add(i);
            }
        }

        closed.AddRange(open);
        return closed;
    }

    private void RememberFurthest(Step step)
    {
        FurthestState = step.State;
        FurthestCandidates = step.Candidates.Select(i => _operations[i]).ToArray();
        FurthestOrder = _steps.Reverse().Where(s => s.Operation >= 0).Select(s => _operations[s.Operation]).ToArray();
    }

    private static bool IsClosed(ClientOperation operation) => operation.Outcome != OperationOutcome.Unknown;

    private bool IsTaken(int operation) => (_taken[operation >> 6] & (1UL << operation)) != 0;

    private void Take(int operation)
    {
        _taken[operation >> 6] |= 1UL << operation;
        _closedLeft -= IsClosed(_operations[operation]) ? 1 : 0;
    }

    private void Release(int operation)
    {
        _taken[operation >> 6] &= ~(1UL << operation);
        _closedLeft += IsClosed(_operations[operation]) ? 1 : 0;
        _firstOpen = Math.Min(_firstOpen, operation);
    }

    /// <summary>A state after some operation, and what to try next.</summary>
    private sealed class Step(KeyState state, int operation, bool endedBefore, List<int> candidates)
    {
        private int _tried;

        public KeyState State { get; } = state;

        public int Operation { get; } = operation;

        public bool EndedBefore => endedBefore;

        public List<int> Candidates { get; } = candidates;

        public bool IsExhausted => _tried == 2 * Candidates.Count;

        /// <summary>Each candidate as the key is, and where the key has a deadline also as if it had ended before.</summary>
        public bool TryNext(out int operation, out bool endsBefore)
        {
            operation = Candidates[_tried / 2];
            endsBefore = _tried++ % 2 != 0;
            return !endsBefore || State.Deadline.IsSet;
        }
    }

    /// <summary>Which operations are taken, and the state after them: how they were ordered no longer matters.</summary>
    private readonly struct Configuration(ulong[] taken, KeyState state) : IEquatable<Configuration>
    {
        private readonly ulong[] _taken = taken;
        private readonly KeyState _state = state;

        public bool Equals(Configuration other) => _state.Equals(other._state) && _taken.AsSpan().SequenceEqual(other._taken);

        public override bool Equals(object? obj) => obj is Configuration other && Equals(other);

        public override int GetHashCode()
        {
            HashCode hash = default;
            hash.Add(_state);
            foreach (ulong word in _taken)
            {
                hash.Add(word);
            }

            return hash.ToHashCode();
        }
    }
}
