namespace Holdfast.Cli.Pairs;

/// <summary>
/// The pairs on their way: bounded in number and bytes, and one at a time for a key, so that the last pair of a key in the file is the
/// one that stays. One caller enters; any thread leaves.
/// </summary>
internal sealed class PairWindow(int maxPairs, long maxBytes)
{
    private readonly Lock _lock = new();
    private readonly HashSet<byte[]> _keys = new(ByteComparer.Instance);
    private long _bytes;
    private TaskCompletionSource? _changed;

    /// <summary>Waits until the pair may go; it then counts until <see cref="Leave"/>.</summary>
    public async Task EnterAsync(Pair pair, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (_lock)
            {
                // A pair larger than the window goes alone.
                bool fits = _keys.Count == 0 || (_keys.Count < maxPairs && _bytes + pair.Value.Length <= maxBytes);
                if (fits && _keys.Add(pair.Key))
                {
                    _bytes += pair.Value.Length;
                    return;
                }

                _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                change = _changed.Task;
            }

            await change.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The pair is done with.</summary>
    public void Leave(Pair pair)
    {
        lock (_lock)
        {
            _keys.Remove(pair.Key);
            _bytes -= pair.Value.Length;
            _changed?.SetResult();
            _changed = null;
        }
    }

    /// <summary>Completes once all have left.</summary>
    public async Task EmptyAsync()
    {
        while (true)
        {
            Task change;
            lock (_lock)
            {
                if (_keys.Count == 0)
                {
                    return;
                }

                _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                change = _changed.Task;
            }

            await change;
        }
    }

    private sealed class ByteComparer : IEqualityComparer<byte[]>
    {
        public static ByteComparer Instance { get; } = new();

        public bool Equals(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);

        public int GetHashCode(byte[] bytes)
        {
            var hash = default(HashCode);
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }
    }
}
