namespace Holdfast.Simulation;

/// <summary>Whether the places that operations have in an order agree with real time: none comes before one that ended before it began.</summary>
internal sealed class RealTime<T>
    where T : class
{
    private readonly List<Placed> _operations = [];

    /// <summary>An operation between two moments, and its place; some may share one.</summary>
    public void Add(long invoked, long completed, long place, T source) => _operations.Add(new Placed(invoked, completed, place, source));

    /// <summary>The first operation whose place is before that of one that had ended when it began.</summary>
    public bool FirstBroken(out T? before, out T? after)
    {
        Placed[] ended = _operations.OrderBy(o => o.Completed).ToArray();
        int next = 0;
        Placed highest = new(0, 0, long.MinValue, null!);
        foreach (Placed operation in _operations.OrderBy(o => o.Invoked))
        {
            for (; ended[next].Completed < operation.Invoked; next++)
            {
                highest = ended[next].Place > highest.Place ? ended[next] : highest;
            }

            if (operation.Place < highest.Place)
            {
                (before, after) = (highest.Source, operation.Source);
                return true;
            }
        }

        before = after = null;
        return false;
    }

    private readonly record struct Placed(long Invoked, long Completed, long Place, T Source);
}
