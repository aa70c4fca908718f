using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>A group whose every tick, message and write the script moves.</summary>
internal sealed class ScenarioGroup
{
    private const int StabilizeLimit = 5_000;

    private readonly SortedDictionary<ReplicaId, ScenarioReplica> _replicas = [];

    public ScenarioGroup() => Network = new ScenarioNetwork(Transcript);

    public Transcript Transcript { get; } = new();

    public ScenarioNetwork Network { get; }

    public SafetyWatch Safety { get; } = new();

    public RaftOptions Options { get; set; } = new();

    public ulong Seed { get; set; } = 1;

    public IEnumerable<ScenarioReplica> Replicas => _replicas.Values;

    public ScenarioReplica this[ReplicaId id] => _replicas.TryGetValue(id, out ScenarioReplica? replica)
        ? replica
        : throw new ScriptException($"replica {id} is not in the group");

    public void Add(ReplicaId id, Configuration initial) => _replicas.Add(id, new ScenarioReplica(this, id, initial));

    /// <summary>Gives one tick to a replica that is up.</summary>
    public void Tick(ScenarioReplica replica)
    {
        if (replica.IsUp)
        {
            replica.Tick();
            replica.HandleAll();
        }
    }

    /// <summary>Brings a message to its replica, and shows what it does there.</summary>
    public void Deliver(in Message message)
    {
        Transcript.Show(message.ToString());
        Transcript.IsIndented = true;
        if (_replicas.TryGetValue(message.To, out ScenarioReplica? replica) && replica.IsUp)
        {
            replica.Node.Step(message);
            replica.HandleAll();
        }
        else
        {
            Transcript.Show($"{message.To} is down");
        }

        Transcript.IsIndented = false;
    }

    /// <summary>Delivers all that is not held back, in the order sent, until nothing is on its way.</summary>
    public void Stabilize()
    {
        for (int i = 0; i < StabilizeLimit; i++)
        {
            if (!Network.TryTake(out Message message))
            {
                return;
            }

            Deliver(message);
        }

        throw new ScriptException("the group does not come to rest");
    }
}
