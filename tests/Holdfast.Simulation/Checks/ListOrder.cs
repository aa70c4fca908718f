namespace Holdfast.Simulation;

/// <summary>
/// Checks the history of a list that only grows, by unique tags (the list-append histories of Elle, Kingsbury and Alvaro 2020). The
/// longest read gives the order in which appends took effect, so nothing is searched for: every read must be a beginning of it; each
/// acknowledged append must be in it exactly once, each of unknown outcome at most once, each refused not at all, however often the
/// client sent it; and the order must agree with real time. That is linearizability of the list, in linear time.
/// </summary>
internal static class ListOrder
{
    /// <summary>What is wrong with a list's history, for a person; null when nothing is.</summary>
    public static string? Check(string key, IReadOnlyList<ListEvent> events)
    {
        ListEvent[] reads = events.Where(e => e.IsRead).ToArray();
        if (reads.Length == 0)
        {
            return null;
        }

        ListEvent longest = reads.MaxBy(read => read.Value.Length);
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        foreach (string tag in Tags(longest.Value))
        {
            if (!places.TryAdd(tag, places.Count))
            {
                return $"'{tag}' is in '{key}' twice\n{Appended(events, tag)}\n  {longest.Source}";
            }
        }

        ListEvent other = reads.FirstOrDefault(read => !longest.Value.StartsWith(read.Value, StringComparison.Ordinal));
        return other.Source is not null
            ? $"neither of two reads of '{key}' is a beginning of the other\n  {other.Source}\n  {longest.Source}"
            : WrongEffect(key, events, places, longest) ?? WrongTime(key, events, places);
    }

    /// <summary>The tags of a list, in order.</summary>
    public static IEnumerable<string> Tags(string value) =>
        value.Split(SharedKeys.TagEnd, StringSplitOptions.RemoveEmptyEntries).Select(tag => tag + SharedKeys.TagEnd);

    /// <summary>An append that took effect though it must not have, or otherwise than was told; or an effect of nothing.</summary>
    private static string? WrongEffect(string key, IReadOnlyList<ListEvent> events, Dictionary<string, int> places, in ListEvent longest)
    {
        int[] ends = Ends(longest.Value);
        int explained = 0;
        foreach (ListEvent append in events.Where(e => !e.IsRead))
        {
            if (!places.TryGetValue(append.Tag!, out int place))
            {
                continue;
            }

            explained++;
            if (append.Source.Outcome is OperationOutcome.NotApplied or OperationOutcome.Refused)
            {
                return $"'{append.Tag}' is in '{key}', though nothing may have come of\n  {append.Source}";
            }

            if (append.Source.Outcome == OperationOutcome.Done && append.Length != ends[place])
            {
                return $"'{append.Tag}' ends at {ends[place]} in '{key}', which this does not say: {append.Length}\n  {append.Source}";
            }
        }

        return explained == places.Count ? null : $"'{key}' has a tag that nobody appended\n  {longest.Source}";
    }

    /// <summary>
    /// The history as places in the list: an append at its own, a read behind the last that it saw. Who was answered before another
    /// asked comes first.
    /// </summary>
    private static string? WrongTime(string key, IReadOnlyList<ListEvent> events, Dictionary<string, int> places)
    {
        RealTime<ClientOperation> order = new();
        foreach (ListEvent e in events)
        {
            if (e.IsRead)
            {
                order.Add(e.Source.Invoked, e.Source.Completed, 2 * Tags(e.Value).Count(), e.Source);
            }
            else if (places.TryGetValue(e.Tag!, out int place))
            {
                order.Add(e.Source.Invoked, e.Source.Completed, (2 * place) + 1, e.Source);
            }
            else if (e.Source.Outcome == OperationOutcome.Done)
            {
                // Whoever reads after this must see it.
                order.Add(e.Source.Invoked, e.Source.Completed, (2 * places.Count) + 1, e.Source);
            }
        }

        return order.FirstBroken(out ClientOperation? before, out ClientOperation? after)
            ? $"the order of '{key}' is not that of real time: the first of these was done before the second began\n  {before}\n  {after}"
            : null;
    }

    private static int[] Ends(string value)
    {
        int end = 0;
        return Tags(value).Select(tag => end += tag.Length).ToArray();
    }

    private static string Appended(IReadOnlyList<ListEvent> events, string tag) =>
        string.Join('\n', events.Where(e => e.Tag == tag).Select(e => $"  {e.Source}"));
}
