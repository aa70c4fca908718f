using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>
/// A bare majority acknowledges writes; then one of it loses its data, comes back under its old id, and is all that those who never
/// had the writes need to elect a leader.
/// </summary>
internal static class WipedVoter
{
    public static IEnumerable<Func<bool>> Tell(World world, Stage stage)
    {
        SimHost[] others = [.. stage.Voters.Where(voter => voter != stage.Leader)];
        SimHost[] unaware = others[..stage.Minority];
        SimHost wiped = others[stage.Minority];
        if (world.Hosts.Any(host => host.IsLost))
        {
            yield break;
        }

        stage.Cut(Stage.Around(unaware));
        yield return () => stage.Of(stage.Leader) is { Role: GroupRole.Leader } leader
            && stage.Last(wiped) >= leader.Commit
            && unaware.All(node => stage.Last(node) < leader.Commit);

        Term term = stage.TermOf(stage.Leader);
        stage.Cut(Stage.Around(stage.Voters.Except([wiped, .. unaware])));
        world.Count(FaultKind.WipedVoter);
        wiped.Crash();
        wiped.Disk.Wipe();
        wiped.IsLost = true;
        wiped.Start();

        // A leader counts on a follower to have what it once acknowledged, so the empty node learns of its groups only from a new one.
        SimHost? guide = world.Hosts.FirstOrDefault(host => Stage.Of(host, GroupId.System) is { Role: GroupRole.Leader });
        guide?.Kill();
        guide?.Start();
        yield return () => unaware.Any(node => stage.LeadsAfter(node, term));
    }
}
