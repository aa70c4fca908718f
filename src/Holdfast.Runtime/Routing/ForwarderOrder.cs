using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Routing;

/// <summary>
/// What a leader remembers of a node that forwards writes to one partition, so that none of them is taken without those before it: a write
/// is refused while there is no leader, and the next one may find the leader elected. The forwarder sends both again, in their order.
/// What was taken in another term counts for nothing, since it may have been lost with it.
/// </summary>
internal struct ForwarderOrder
{
    private ulong _session;
    private Term _term;
    private ulong _next;

    /// <summary>Whether all writes before this one were taken in this term, or answered before it was sent.</summary>
    public readonly bool IsTurnOf(in SessionNumber number, Term term) =>
        number.Sequence <= number.LowestOpen || (_session == number.Session && _term == term && number.Sequence <= _next);

    /// <summary>A write whose turn it is was proposed, or is answered at once.</summary>
    public void Took(in SessionNumber number, Term term)
    {
        bool goesOn = _session == number.Session && _term == term && _next > number.Sequence;
        _next = goesOn ? _next : number.Sequence + 1;
        _session = number.Session;
        _term = term;
    }
}
