using Holdfast.Primitives;
using Holdfast.Runtime.Requests;

namespace Holdfast.Runtime.Groups;

/// <summary>
/// Requests for a partition's changes that wait until there are some to tell (<see cref="Api.Operation.Changes"/>). They don't count
/// among those that the node has under way: whoever watches waits most of the time.
/// </summary>
internal sealed class ChangeWaiters
{
    /// <summary>Each looks at every change, so there are only so many; who comes after them is told to come again.</summary>
    private const int Most = 1_024;

    private readonly List<ChangeWaiter> _waiters = [];

    /// <summary>How many wait.</summary>
    public int Count => _waiters.Count;

    /// <summary>Whether no more may wait.</summary>
    public bool IsFull => _waiters.Count >= Most;

    /// <summary>Adds one that has seen all that is there.</summary>
    public void Add(in ChangeWaiter waiter) => _waiters.Add(waiter);

    /// <summary>Shows each to a judge, in the order of arrival; those that it answered leave.</summary>
    public void Serve(ChangeJudge judge)
    {
        int kept = 0;
        for (int i = 0; i < _waiters.Count; i++)
        {
            ChangeWaiter waiter = _waiters[i];
            if (waiter.Request.Session.IsClosed || judge(ref waiter))
            {
                waiter.Request.Release();
            }
            else
            {
                _waiters[kept++] = waiter;
            }
        }

        _waiters.RemoveRange(kept, _waiters.Count - kept);
    }
}

/// <summary>A request for changes that waits.</summary>
/// <param name="Request">What is asked.</param>
/// <param name="Seen">The revision up to which nothing that it asks for is there.</param>
/// <param name="UntilMicros">When it is answered in any case, in the engine's time.</param>
internal readonly record struct ChangeWaiter(PendingRequest Request, Revision Seen, long UntilMicros);

/// <summary>Answers a waiting request and returns true, or moves on what it has seen.</summary>
internal delegate bool ChangeJudge(ref ChangeWaiter waiter);
