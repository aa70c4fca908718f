namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>Verbs that let time pass.</summary>
internal static class TimeVerbs
{
    /// <summary><c>tick 1,2 10</c>: these replicas get ticks; what they send stays on its way.</summary>
    public static void Tick(ScenarioGroup group, Arguments arguments)
    {
        ScenarioReplica[] replicas = arguments.Replicas(group, 0);
        int ticks = arguments.Number(1);
        for (int i = 0; i < ticks; i++)
        {
            Array.ForEach(replicas, group.Tick);
        }
    }

    /// <summary><c>elapse 10 [1,2]</c>: time passes, for all or for these, and what is sent in each tick arrives in it.</summary>
    public static void Elapse(ScenarioGroup group, Arguments arguments)
    {
        int ticks = arguments.Number(0);
        ScenarioReplica[] replicas = arguments.ReplicasOrAll(group, 1);
        for (int i = 0; i < ticks; i++)
        {
            Array.ForEach(replicas, group.Tick);
            group.Stabilize();
        }
    }

    /// <summary><c>campaign 1</c>: the replica's election timeout passes, for it alone, and it begins an election.</summary>
    public static void Campaign(ScenarioGroup group, Arguments arguments)
    {
        ScenarioReplica replica = arguments.One(group, 0);
        bool Campaigns() => replica.Node.Role is RoleKind.PreCandidate or RoleKind.Candidate or RoleKind.Leader;
        for (int i = 0; i < group.Options.ElectionTicksMax && !Campaigns(); i++)
        {
            group.Tick(replica);
        }

        if (!Campaigns())
        {
            group.Transcript.Show($"{replica.Id} does not campaign");
        }
    }

    /// <summary><c>elect 1</c>: as campaign, and all messages arrive; the replica must win.</summary>
    public static void Elect(ScenarioGroup group, Arguments arguments)
    {
        Campaign(group, arguments);
        group.Stabilize();
        if (arguments.One(group, 0).Node.Role != RoleKind.Leader)
        {
            throw new ScriptException($"replica {arguments.Word(0)} does not win the election");
        }
    }
}
