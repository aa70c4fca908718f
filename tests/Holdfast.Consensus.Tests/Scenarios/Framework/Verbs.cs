namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>The verbs of the scripts, each with its handler. README.md explains them.</summary>
internal static class Verbs
{
    private static readonly Dictionary<string, Action<ScenarioGroup, Arguments>> Handlers = new()
    {
        ["group"] = GroupVerbs.Group,
        ["join"] = GroupVerbs.Join,
        ["disk"] = GroupVerbs.Disk,
        ["tick"] = TimeVerbs.Tick,
        ["elapse"] = TimeVerbs.Elapse,
        ["campaign"] = TimeVerbs.Campaign,
        ["elect"] = TimeVerbs.Elect,
        ["stabilize"] = NetworkVerbs.Stabilize,
        ["deliver"] = NetworkVerbs.Deliver,
        ["drop"] = NetworkVerbs.Drop,
        ["duplicate"] = NetworkVerbs.Duplicate,
        ["lose"] = NetworkVerbs.Lose,
        ["partition"] = NetworkVerbs.Partition,
        ["heal"] = NetworkVerbs.Heal,
        ["hold"] = NetworkVerbs.Hold,
        ["release"] = NetworkVerbs.Release,
        ["play"] = NetworkVerbs.Play,
        ["inject"] = InjectVerb.Inject,
        ["propose"] = ClientVerbs.Propose,
        ["configure"] = ClientVerbs.Configure,
        ["read"] = ClientVerbs.Read,
        ["transfer"] = ClientVerbs.Transfer,
        ["unreachable"] = ClientVerbs.Unreachable,
        ["writes"] = DiskVerbs.Writes,
        ["persist"] = DiskVerbs.Persist,
        ["crash"] = DiskVerbs.Crash,
        ["restart"] = DiskVerbs.Restart,
        ["snapshot"] = DiskVerbs.Snapshot,
        ["compact"] = DiskVerbs.Compact,
        ["status"] = ViewVerbs.Status,
        ["progress"] = ViewVerbs.Progress,
        ["log"] = ViewVerbs.Log,
        ["terms"] = ViewVerbs.Terms,
        ["durable"] = ViewVerbs.Durable,
        ["state"] = ViewVerbs.State,
        ["messages"] = ViewVerbs.Messages,
    };

    /// <summary>Runs one command; <c>quiet</c> at its end keeps what it shows to itself.</summary>
    public static void Run(ScenarioGroup group, string line)
    {
        var arguments = new Arguments(line);
        if (!Handlers.TryGetValue(arguments.Verb, out Action<ScenarioGroup, Arguments>? handler))
        {
            throw new ScriptException($"'{arguments.Verb}' is no verb");
        }

        group.Transcript.IsQuiet = arguments.TakeFlag("quiet");
        handler(group, arguments);
        group.Transcript.IsQuiet = false;
        arguments.RequireAllAsked();
    }

    /// <summary>The replicas in the word at <paramref name="position"/>: <c>1,2</c>, or <c>*</c> for all.</summary>
    public static ScenarioReplica[] Replicas(this Arguments arguments, ScenarioGroup group, int position)
    {
        string word = arguments.Word(position);
        return word == "*" ? [.. group.Replicas] : [.. word.Split(',').Select(id => group[Arguments.ParseReplica(id)])];
    }

    /// <summary>As above, and all when there is no such word.</summary>
    public static ScenarioReplica[] ReplicasOrAll(this Arguments arguments, ScenarioGroup group, int position) =>
        position < arguments.Count ? arguments.Replicas(group, position) : [.. group.Replicas];

    /// <summary>The replica in the word at <paramref name="position"/>.</summary>
    public static ScenarioReplica One(this Arguments arguments, ScenarioGroup group, int position) =>
        group[arguments.Replica(position)];
}
