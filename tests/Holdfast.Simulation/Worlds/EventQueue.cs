namespace Holdfast.Simulation;

/// <summary>What is to happen, by virtual time; what falls on one moment happens in the order in which it was scheduled.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<Action, Moment> _events = new();
    private ulong _scheduled;

    public int Count => _events.Count;

    public void Add(long at, Action action) => _events.Enqueue(action, new Moment(at, _scheduled++));

    /// <summary>Takes the next event if it is due by then.</summary>
    public bool TryTake(long until, out long at, out Action action)
    {
        if (!_events.TryPeek(out action!, out Moment moment) || moment.At > until)
        {
            at = 0;
            action = null!;
            return false;
        }

        _events.Dequeue();
        at = moment.At;
        return true;
    }

    private readonly record struct Moment(long At, ulong Order) : IComparable<Moment>
    {
        public int CompareTo(Moment other) => At != other.At ? At.CompareTo(other.At) : Order.CompareTo(other.Order);
    }
}
