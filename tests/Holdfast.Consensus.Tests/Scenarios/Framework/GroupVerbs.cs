using System.Text;
using Holdfast.Consensus.Tests.Harness;
using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>Verbs that set a scene.</summary>
internal static class GroupVerbs
{
    /// <summary><c>group 3 [learners=4,5] [election=10..19] [option=N]... [lease] [seed=N]</c>: a new group of voters 1 to 3.</summary>
    public static void Group(ScenarioGroup group, Arguments arguments)
    {
        // Ten ticks of election timeout, so that scripts stay short; drawn up to 19, so that votes rarely split by accident.
        string[] election = (arguments.Text("election") ?? "10..19").Split("..");
        group.Options = new RaftOptions
        {
            ElectionTicksMin = Arguments.ParseNumber(election[0]),
            ElectionTicksMax = Arguments.ParseNumber(election[^1]),
            HeartbeatTicks = arguments.Number("heartbeat", 3),
            MaxBytesPerAppend = arguments.Number("append", 1024),
            MaxInflightBytes = arguments.Number("inflight", 4096),
            MaxLogBytes = arguments.Number("log-bytes", 1 << 20),
            MinLogBytes = arguments.Number("log-kept", 1 << 20),
            MaxUncommittedBytes = arguments.Number("uncommitted", 1 << 20),
            SnapshotChunkBytes = arguments.Number("chunk", 1024),
            MaxTrailingBytes = arguments.Number("trailing", 0),
            LeaseReads = arguments.TakeFlag("lease"),
            LeaseMarginTicks = 2,
        };
        group.Seed = (ulong)arguments.Number("seed", 1);
        ReplicaId[] voters = [.. Enumerable.Range(1, arguments.Number(0)).Select(SimulatedCluster.Replica)];
        ReplicaId[] learners = arguments.Replicas("learners");
        foreach (ReplicaId id in voters.Concat(learners))
        {
            group.Add(id, new Configuration(voters, learners));
        }
    }

    /// <summary><c>join 4</c>: an empty replica that knows nothing of the group.</summary>
    public static void Join(ScenarioGroup group, Arguments arguments) => group.Add(arguments.Replica(0), Configuration.None);

    /// <summary>
    /// <c>disk 2 term=7 [vote=1] [log=(1 1 4)] [commit=2]</c>: the replica starts anew from such a disk; the log is given by the terms
    /// of its entries, and two entries with the same index and term are the same.
    /// </summary>
    public static void Disk(ScenarioGroup group, Arguments arguments)
    {
        ScenarioReplica replica = arguments.One(group, 0);
        ReplicaId? vote = arguments.Has("vote") ? arguments.Replicas("vote")[0] : null;
        Entry[] log = [.. arguments.Numbers("log").Select((term, i) => Entry(new EntryId(new Term(term), new LogIndex((ulong)i + 1))))];
        replica.Preset(new HardState(new Term(arguments.Number64("term")), vote), log, new LogIndex(arguments.Number64("commit")));
    }

    /// <summary>A command that is a function of its place in history.</summary>
    public static Entry Entry(EntryId id) => new(id, EntryKind.Command, Encoding.ASCII.GetBytes($"e{id}"));
}
