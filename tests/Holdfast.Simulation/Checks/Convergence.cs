using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>Once nothing is wrong and nobody writes, all replicas of a group come to the same state and know it.</summary>
internal static class Convergence
{
    private const long OverdueMs = 500;

    /// <summary>What has not converged yet, for a person; null when all has.</summary>
    public static string? Missing(World world)
    {
        Dictionary<GroupId, (GroupFacts Facts, int Host)> first = [];
        HashSet<GroupId> led = [];
        List<GroupFacts> groups = [];
        foreach (SimHost host in world.Hosts.Where(h => !h.IsLost && (!h.Joins || h.Boot > 0)))
        {
            if (host.Node is null)
            {
                return $"n{host.Index} is down";
            }

            groups.Clear();
            host.Node.ReadGroups(groups);
            foreach (GroupFacts facts in groups.Where(g => g.Role != GroupRole.Outside))
            {
                if (facts.Role == GroupRole.Leader && !led.Add(facts.Group))
                {
                    return $"group {facts.Group} has two leaders";
                }

                if (facts.Applied != facts.Commit)
                {
                    return $"n{host.Index} has not applied all of group {facts.Group}: {facts}";
                }

                if (facts.Role == GroupRole.Leader && IsOverdue(facts, host.Node))
                {
                    return $"n{host.Index} keeps a key of group {facts.Group} whose deadline has passed: {facts}, and it is {host.Node.UnixMs}";
                }

                if (!first.TryAdd(facts.Group, (facts, host.Index)) && Differs(first[facts.Group].Facts, facts))
                {
                    return $"n{first[facts.Group].Host} has {first[facts.Group].Facts}, n{host.Index} has {facts}";
                }
            }
        }

        return first.Keys.Where(g => !led.Contains(g)).Select(g => $"group {g} has no leader").Order(StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>More time has passed than the entry takes that removes what is due.</summary>
    private static bool IsOverdue(in GroupFacts facts, ISimNode node) =>
        facts.NextDeadlineMs != 0 && (node.UnixMs == 0 || (long)facts.NextDeadlineMs + OverdueMs <= node.UnixMs);

    private static bool Differs(GroupFacts one, GroupFacts other) =>
        one.Term != other.Term || one.Applied != other.Applied || one.StateHash != other.StateHash;
}
