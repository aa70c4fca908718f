using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>
/// Figure 8 of the Raft paper (Ongaro figure 3.7): an entry of an earlier term reaches a majority, and is overwritten all the same.
/// Nobody may have taken it for committed.
/// </summary>
internal static class FigureEight
{
    private const long AcknowledgedWithin = 20 * VirtualTime.Millisecond;

    public static IEnumerable<Func<bool>> Tell(World world, Stage stage)
    {
        // (a) The first leader has entries that nobody else gets.
        LinkFault noEntries = new((_, _) => true, Cuts: true, Lane: TransportLane.Entries);
        SimHost first = stage.Leader;
        SimHost[] others = [.. stage.Voters.Where(voter => voter != first)];
        stage.Cut(noEntries);
        yield return () => others.All(other => stage.Last(other) < stage.Last(first));

        // (b) A second leader is elected; the entry that its term begins with reaches nobody either.
        Term term = stage.TermOf(first);
        stage.Cut(noEntries, Stage.Around([first]));
        SimHost? second = null;
        yield return () => (second = others.FirstOrDefault(other => stage.LeadsAfter(other, term))) is not null;
        term = stage.TermOf(second!);
        SimHost[] helpers = [.. others.Where(other => other != second).Take(stage.Minority)];

        // (c) The first one leads again: nobody else among these has a log that is long enough. What it has from its former term reaches
        // the helpers, with which it makes a majority; they are cut off before an entry of its new term follows.
        LinkFault alone = Stage.Around([first, .. helpers]);
        stage.Cut(noEntries, alone);
        yield return () => stage.LeadsAfter(first, term);
        term = stage.TermOf(first);
        LogIndex[] before = [.. helpers.Select(stage.Last)];
        bool[] reached = new bool[helpers.Length];
        stage.Cut(alone);
        yield return () => Reach(stage, first, helpers, before, reached);
        long until = world.Now + AcknowledgedWithin;
        yield return () => world.Now >= until;
        if (helpers.Any(helper => stage.LastTerm(helper) == term))
        {
            yield break;
        }

        // (d) The second one leads again, since its log ends with a later term, and overwrites what the helpers have.
        stage.Cut(Stage.Around([second!, .. helpers]));
        yield return () => stage.LeadsAfter(second!, term);
        world.Count(FaultKind.FigureEight);
    }

    /// <summary>Cuts the leader's way to each helper that got an entry, so that it can answer but gets no other. True once all have.</summary>
    private static bool Reach(Stage stage, SimHost leader, SimHost[] helpers, LogIndex[] before, bool[] reached)
    {
        for (int i = 0; i < helpers.Length; i++)
        {
            int helper = helpers[i].Index;
            if (!reached[i] && stage.Last(helpers[i]) > before[i])
            {
                reached[i] = true;
                stage.CutToo(new LinkFault((from, to) => (from, to) == (leader.Index, helper), Cuts: true));
            }
        }

        return Array.TrueForAll(reached, isReached => isReached);
    }
}
