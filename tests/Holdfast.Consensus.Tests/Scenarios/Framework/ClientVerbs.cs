using System.Text;
using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>Verbs that ask a replica for something.</summary>
internal static class ClientVerbs
{
    /// <summary><c>propose 1 x=1 [y*60]</c>: commands; the second is 60 bytes long.</summary>
    public static void Propose(ScenarioGroup group, Arguments arguments)
    {
        ScenarioReplica replica = arguments.One(group, 0);
        for (int i = 1; i < arguments.Count; i++)
        {
            string word = arguments.Word(i);
            string[] halves = word.Split('*');
            string command = halves.Length == 2 ? new string(halves[0][0], Arguments.ParseNumber(halves[1])) : word;
            ProposeResult result = replica.Node.Propose(Encoding.ASCII.GetBytes(command), out EntryId id);
            Show(group, $"{replica.Id} proposes {word}", result, id);
            replica.HandleAll();
        }
    }

    /// <summary>
    /// <c>configure 1 [add-voter=4] [add-learner=5] [remove=2] [expected=3]</c>: the configuration expected is the one in force,
    /// unless said.
    /// </summary>
    public static void Configure(ScenarioGroup group, Arguments arguments)
    {
        ScenarioReplica replica = arguments.One(group, 0);
        var change = new ConfigurationChange
        {
            Expected = arguments.Has("expected") ? new LogIndex(arguments.Number64("expected")) : replica.Node.ConfigurationIndex,
            AddVoters = arguments.Replicas("add-voter"),
            AddLearners = arguments.Replicas("add-learner"),
            Remove = arguments.Replicas("remove"),
        };
        ProposeResult result = replica.Node.ProposeConfiguration(change, out EntryId id);
        Show(group, $"{replica.Id} changes the configuration", result, id);
        replica.HandleAll();
    }

    /// <summary><c>read 1 7 [8]</c>: linearizable reads with these contexts.</summary>
    public static void Read(ScenarioGroup group, Arguments arguments)
    {
        ScenarioReplica replica = arguments.One(group, 0);
        for (int i = 1; i < arguments.Count; i++)
        {
            ReadResult result = replica.Node.RequestRead((ulong)arguments.Number(i));
            group.Transcript.Show($"{replica.Id} is asked for read {arguments.Word(i)}: {result}");
            replica.HandleAll();
        }
    }

    /// <summary><c>transfer 1 2</c>: replica 1 is told to hand leadership over to 2.</summary>
    public static void Transfer(ScenarioGroup group, Arguments arguments)
    {
        ScenarioReplica replica = arguments.One(group, 0);
        bool accepted = replica.Node.TransferLeadership(arguments.Replica(1));
        group.Transcript.Show($"{replica.Id} hands over to {arguments.Replica(1)}: {(accepted ? "begun" : "refused")}");
        replica.HandleAll();
    }

    /// <summary><c>unreachable 1 2</c>: replica 1 learns that its connection to 2 was lost.</summary>
    public static void Unreachable(ScenarioGroup group, Arguments arguments)
    {
        ScenarioReplica replica = arguments.One(group, 0);
        replica.Node.ReportUnreachable(arguments.Replica(1));
        replica.HandleAll();
    }

    private static void Show(ScenarioGroup group, string what, ProposeResult result, EntryId id) =>
        group.Transcript.Show($"{what}: {result}{(result == ProposeResult.Accepted ? $" {id}" : "")}");
}
