using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>Verbs about disks, crashes and snapshots.</summary>
internal static class DiskVerbs
{
    /// <summary><c>writes 2 held</c>: writes become durable only by persist; <c>writes 2 prompt</c>: at once, as at first.</summary>
    public static void Writes(ScenarioGroup group, Arguments arguments)
    {
        ScenarioReplica replica = arguments.One(group, 0);
        replica.WritesByHand = arguments.Word(1) switch
        {
            "held" => true,
            "prompt" => false,
            string other => throw new ScriptException($"writes are held or prompt, not '{other}'"),
        };
        replica.HandleAll();
    }

    /// <summary><c>persist 2 [w3]</c>: all writes under way become durable, or those up to w3.</summary>
    public static void Persist(ScenarioGroup group, Arguments arguments)
    {
        ScenarioReplica replica = arguments.One(group, 0);
        string? token = arguments.WordOrNull(1);
        replica.Persist(token is null ? null : new PersistToken((ulong)Arguments.ParseNumber(token[1..])));
        replica.HandleAll();
    }

    /// <summary><c>crash 2 [survive=1]</c>: power is lost, and with it all but the first writes under way.</summary>
    public static void Crash(ScenarioGroup group, Arguments arguments) =>
        arguments.One(group, 0).Crash(arguments.Number("survive", 0));

    /// <summary><c>restart 2</c>: it goes on from its disk.</summary>
    public static void Restart(ScenarioGroup group, Arguments arguments)
    {
        ScenarioReplica replica = arguments.One(group, 0);
        replica.Restart();
        group.Transcript.Show(replica.Node.ToString());
    }

    /// <summary><c>snapshot 1</c>: a snapshot of what is applied takes the place of the one before.</summary>
    public static void Snapshot(ScenarioGroup group, Arguments arguments)
    {
        ScenarioReplica replica = arguments.One(group, 0);
        replica.TakeSnapshot();
        group.Transcript.Show($"{replica.Id} keeps {replica.Disk.Snapshot.Meta}");
    }

    /// <summary><c>compact 1 [3]</c>: the node forgets entries in memory up to this index, or all that is applied.</summary>
    public static void Compact(ScenarioGroup group, Arguments arguments)
    {
        ScenarioReplica replica = arguments.One(group, 0);
        replica.Node.Compact(arguments.Count > 1 ? new LogIndex((ulong)arguments.Number(1)) : replica.Node.Applied);
        group.Transcript.Show(replica.Node.ToString());
    }
}
