using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>
/// What no script may ever show: two leaders in a term, two entries applied at an index, logs that do not match (Ongaro
/// figure 3.2).
/// </summary>
internal sealed class SafetyWatch
{
    private readonly Dictionary<Term, ReplicaId> _leaders = [];
    private readonly Dictionary<LogIndex, string> _applied = [];

    public void OnStanding(RaftNode node)
    {
        if (node.Role == RoleKind.Leader && !_leaders.TryAdd(node.Term, node.Id) && _leaders[node.Term] != node.Id)
        {
            throw new ScriptException($"{_leaders[node.Term]} and {node.Id} both lead in term {node.Term}");
        }
    }

    public void OnApplied(ReplicaId replica, in Entry entry)
    {
        string line = entry.ToString();
        if (!_applied.TryAdd(entry.Id.Index, line) && _applied[entry.Id.Index] != line)
        {
            throw new ScriptException($"{replica} applies {line} where {_applied[entry.Id.Index]} was applied");
        }
    }

    /// <summary>Two logs with the same entry at an index are equal up to it (Ongaro §3.5).</summary>
    public void Require(IEnumerable<ScenarioReplica> replicas)
    {
        ScenarioReplica[] all = [.. replicas];
        foreach (ScenarioReplica left in all)
        {
            foreach (ScenarioReplica right in all.Where(other => other.Id > left.Id))
            {
                RequireMatching(left, right);
            }
        }
    }

    private static void RequireMatching(ScenarioReplica left, ScenarioReplica right)
    {
        (Entry Left, Entry Right)[] pairs =
            [.. left.Log.Join(right.Log, entry => entry.Id.Index, entry => entry.Id.Index, (a, b) => (a, b))];
        int meeting = Array.FindLastIndex(pairs, pair => pair.Left.Id == pair.Right.Id);
        if (pairs.Take(meeting + 1).Any(pair => pair.Left.ToString() != pair.Right.ToString()))
        {
            throw new ScriptException($"the logs of {left.Id} and {right.Id} hold {pairs[meeting].Left.Id} and differ before it");
        }
    }
}
