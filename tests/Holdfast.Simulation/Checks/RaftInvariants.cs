using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>Election safety (Ongaro §3.4): a term of a group has at most one leader.</summary>
public sealed class ElectionSafety : IWorldInvariant
{
    private readonly Dictionary<(GroupId Group, Term Term), ReplicaId> _leaders = [];

    /// <inheritdoc/>
    public string? Check(World world, SimHost stepped, IReadOnlyList<GroupFacts> groups)
    {
        foreach (GroupFacts facts in groups)
        {
            if (facts.Role == GroupRole.Leader
                && !_leaders.TryAdd((facts.Group, facts.Term), facts.Replica)
                && _leaders[(facts.Group, facts.Term)] != facts.Replica)
            {
                return $"group {facts.Group} has two leaders in term {facts.Term}: {_leaders[(facts.Group, facts.Term)]} and {facts.Replica}";
            }
        }

        return null;
    }
}

/// <summary>While a process runs, its terms, commit and applied indexes never go back, and a leader's log only grows (Ongaro §3.5).</summary>
public sealed class NothingGoesBack : IWorldInvariant
{
    private readonly Dictionary<(int Host, GroupId Group), (int Boot, GroupFacts Facts)> _last = [];

    /// <inheritdoc/>
    public string? Check(World world, SimHost stepped, IReadOnlyList<GroupFacts> groups)
    {
        foreach (GroupFacts facts in groups)
        {
            if (_last.TryGetValue((stepped.Index, facts.Group), out (int Boot, GroupFacts Facts) last)
                && last.Boot == stepped.Boot
                && last.Facts.Replica == facts.Replica
                && WentBack(last.Facts, facts) is { } what)
            {
                return $"{what} of group {facts.Group} went back on n{stepped.Index}: {last.Facts} became {facts}";
            }

            if (facts.Applied > facts.Commit)
            {
                return $"group {facts.Group} on n{stepped.Index} applied what is not committed: {facts}";
            }

            _last[(stepped.Index, facts.Group)] = (stepped.Boot, facts);
        }

        return null;
    }

    private static string? WentBack(GroupFacts before, GroupFacts after)
    {
        bool ledOn = before.Role == GroupRole.Leader && after.Role == GroupRole.Leader && before.Term == after.Term;
        return after.Term < before.Term ? "the term"
            : after.Commit < before.Commit ? "the commit index"
            : after.Applied < before.Applied ? "the applied index"
            : ledOn && after.Last < before.Last ? "the leader's log"
            : null;
    }
}

/// <summary>
/// State-machine safety and leader completeness (Ongaro §3.6.3): an entry once committed is the same on every replica that has it
/// committed, and every leader of a later term than the one in which it was committed has it.
/// </summary>
public sealed class CommittedEntriesStay : IWorldInvariant
{
    private readonly Dictionary<GroupId, List<Committed?>> _committed = [];
    private readonly Dictionary<(int Host, GroupId Group), (int Boot, ReplicaId Replica, LogIndex Checked, Term Led)> _seen = [];

    /// <inheritdoc/>
    public string? Check(World world, SimHost stepped, IReadOnlyList<GroupFacts> groups)
    {
        foreach (GroupFacts facts in groups)
        {
            if (CheckGroup(stepped, facts) is { } broken)
            {
                return broken;
            }
        }

        return null;
    }

    private string? CheckGroup(SimHost host, GroupFacts facts)
    {
        (int boot, ReplicaId replica, LogIndex seen, Term led) = _seen.GetValueOrDefault((host.Index, facts.Group));
        if (boot != host.Boot || replica != facts.Replica)
        {
            (seen, led) = (LogIndex.Zero, Term.Zero);
        }

        if (!_committed.TryGetValue(facts.Group, out List<Committed?>? committed))
        {
            _committed.Add(facts.Group, committed = []);
        }

        for (LogIndex index = seen.Next; index <= facts.Commit; index = index.Next)
        {
            if (Compare(host, facts, index, committed) is { } broken)
            {
                return $"entry {index} of group {facts.Group} {broken}";
            }
        }

        bool newLeader = facts.Role == GroupRole.Leader && facts.Term > led;
        _seen[(host.Index, facts.Group)] = (host.Boot, facts.Replica, LogIndex.Max(seen, facts.Commit), newLeader ? facts.Term : led);
        return newLeader ? CheckCompleteness(host, facts, committed) : null;
    }

    private static string? Compare(SimHost host, GroupFacts facts, LogIndex index, List<Committed?> committed)
    {
        while ((ulong)committed.Count < index.Value)
        {
            committed.Add(null);
        }

        // A compacted entry can't be compared any more; the hashes of applied states still are.
        if (!host.Node!.TryReadEntry(facts.Group, index, out EntryFacts entry))
        {
            return null;
        }

        // The leader that commits an entry is the first to know, so the term in which that is seen first is the leader's.
        Committed? known = committed[(int)index.Value - 1];
        committed[(int)index.Value - 1] = new Committed(entry, known?.In ?? facts.Term);
        return known is null || known.Value.Entry == entry
            ? null
            : $"was committed as {known.Value.Entry} and is committed on n{host.Index} as {entry}";
    }

    // A candidate whose votes come late may lead its term when a later one has already committed entries: those it need not have.
    private static string? CheckCompleteness(SimHost host, GroupFacts leader, List<Committed?> committed)
    {
        for (int i = committed.Count; i > 0; i--)
        {
            if (committed[i - 1] is not { } known || known.In >= leader.Term)
            {
                continue;
            }

            LogIndex index = new((ulong)i);
            if (index > leader.Last)
            {
                return $"n{host.Index} leads group {leader.Group} in term {leader.Term} with {leader.Last} entries, but {i} are committed";
            }

            if (!host.Node!.TryReadEntry(leader.Group, index, out EntryFacts entry))
            {
                return null;
            }

            if (known.Entry != entry)
            {
                return $"n{host.Index} leads group {leader.Group} in term {leader.Term} with {entry} at {index}, where {known.Entry} is committed";
            }
        }

        return null;
    }

    /// <summary>A committed entry.</summary>
    /// <param name="Entry">The entry.</param>
    /// <param name="In">The term in which it was committed, which may be later than its own.</param>
    private readonly record struct Committed(EntryFacts Entry, Term In);
}

/// <summary>Replicas that have applied the same entries have the same state.</summary>
public sealed class EqualStates : IWorldInvariant
{
    private readonly Dictionary<(GroupId Group, LogIndex Applied), (ulong Hash, int Host)> _hashes = [];

    /// <inheritdoc/>
    public string? Check(World world, SimHost stepped, IReadOnlyList<GroupFacts> groups)
    {
        foreach (GroupFacts facts in groups)
        {
            if (facts.StateHash is { } hash
                && !_hashes.TryAdd((facts.Group, facts.Applied), (hash, stepped.Index))
                && _hashes[(facts.Group, facts.Applied)] is var first
                && first.Hash != hash)
            {
                return $"group {facts.Group} at {facts.Applied} is {first.Hash:x16} on n{first.Host} and {hash:x16} on n{stepped.Index}";
            }
        }

        return null;
    }
}
