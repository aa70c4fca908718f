namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>Verbs that change nothing.</summary>
internal static class ViewVerbs
{
    /// <summary><c>status [1,2]</c>: one line a replica.</summary>
    public static void Status(ScenarioGroup group, Arguments arguments) =>
        ShowEach(group, arguments, replica => replica.IsUp ? replica.Node.ToString() : $"{replica.Id} is down");

    /// <summary><c>progress 1</c>: what a leader knows of the others.</summary>
    public static void Progress(ScenarioGroup group, Arguments arguments)
    {
        foreach (ReplicaProgress progress in arguments.One(group, 0).Node.Progress)
        {
            group.Transcript.Show(progress.ToString());
        }
    }

    /// <summary><c>log [1,2]</c>: the entries, durable or not.</summary>
    public static void Log(ScenarioGroup group, Arguments arguments) =>
        ShowEach(group, arguments, replica => $"{replica.Id} [{string.Join(", ", replica.Log)}]");

    /// <summary><c>terms [1,2]</c>: the terms of the entries, as the paper draws logs, and what of them is committed.</summary>
    public static void Terms(ScenarioGroup group, Arguments arguments) => ShowEach(
        group,
        arguments,
        replica => $"{replica.Id} {string.Join(' ', replica.Log.Select(entry => entry.Id.Term))} (commit {replica.Node.Commit})");

    /// <summary><c>durable [1,2]</c>: what a crash would leave, and how many writes are under way.</summary>
    public static void Durable(ScenarioGroup group, Arguments arguments) => ShowEach(
        group,
        arguments,
        replica => $"{replica.Id} {replica.Disk.HardState} [{string.Join(", ", replica.Disk.Log)}]"
            + (replica.Disk.Underway > 0 ? $" and {replica.Disk.Underway} under way" : ""));

    /// <summary><c>state [1,2]</c>: the commands that the state machine holds.</summary>
    public static void State(ScenarioGroup group, Arguments arguments) =>
        ShowEach(group, arguments, replica => $"{replica.Id} {replica.State}");

    /// <summary><c>messages</c>: what is on its way.</summary>
    public static void Messages(ScenarioGroup group, Arguments arguments) =>
        group.Network.Messages.ForEach(message => group.Transcript.Show(message.ToString()));

    private static void ShowEach(ScenarioGroup group, Arguments arguments, Func<ScenarioReplica, string> describe)
    {
        foreach (ScenarioReplica replica in arguments.ReplicasOrAll(group, 0))
        {
            group.Transcript.Show(describe(replica));
        }
    }
}
