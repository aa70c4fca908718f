using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

/// <summary>What a node can exchange with its peers. Clients reach it all the same.</summary>
public enum Contact
{
    /// <summary>It sends and receives.</summary>
    Whole,

    /// <summary>It neither sends nor receives.</summary>
    CutOff,

    /// <summary>It sends, and receives nothing.</summary>
    OnlySends,

    /// <summary>It receives, and what it sends is lost.</summary>
    OnlyReceives,
}

/// <summary>
/// The scenario of a leader that does not know that it was replaced: x=1 is written through it; it is paused or loses contact; another
/// is elected, and acknowledges x=2; all the time a client that reaches the old leader asks it for x.
/// </summary>
internal sealed class OldLeader : IDisposable
{
    private const string Key = "x";
    private const string Overwritten = "1";
    private const string Current = "2";
    private const int Readers = 4;
    private const long ReadEach = 3 * VirtualTime.Millisecond;
    private static readonly GroupId Group = new PartitionId(0).Group;

    private readonly World _world;
    private readonly History _history = new();
    private readonly SimHost _old;
    private LinkFault? _cut;
    private bool _reads = true;

    public OldLeader(ulong seed, PlantedBug bug)
    {
        _world = new World(seed, new WorldOptions { Nodes = 3, Partitions = 1, Bug = bug }, new EngineFactory());
        SeedRunner.WatchAll(_world);
        _world.StartFounders();
        Until(() => Convergence.Missing(_world) is null && _world.Hosts.All(host => Facts(host) is not null));
        _old = _world.Hosts.Single(Leads);
    }

    /// <summary>The reads that were asked after x=2 was acknowledged, and saw x=1.</summary>
    public IReadOnlyList<ClientOperation> StaleReads { get; private set; } = [];

    /// <summary>Whether some order explains what the clients saw.</summary>
    public LinearizabilityResult Linearizability => LinearizabilityChecker.Check(_history.Operations);

    /// <summary>Plays it, with the contact that the old leader has until x=2 is acknowledged, and the contact that it has from then on.</summary>
    public void Play(bool paused, Contact before, Contact after)
    {
        Put(_old, Overwritten);
        Limit(before);
        if (paused)
        {
            _old.Pause(60 * VirtualTime.Second);
        }

        for (int i = 0; i < Readers; i++)
        {
            ReadAgainAndAgain(ScriptedCall.Get(_world, _history, _old, Key));
        }

        SimHost? next = null;
        Until(() => (next = _world.Hosts.FirstOrDefault(host => host != _old && Leads(host))) is not null);
        ClientOperation written = Put(next!, Current);

        // A client asks right as the pause ends, before the old leader's peers are heard.
        ScriptedCall.Get(_world, _history, _old, Key);
        _world.Run(_world.Now + VirtualTime.Millisecond);
        Limit(after);
        _old.Resume();
        _world.Run(_world.Now + VirtualTime.Second);
        _reads = false;
        StaleReads = [.. _history.Operations.Where(o => o.Operation == Operation.Get && o.Invoked > written.Completed && o.Read == Overwritten)];
    }

    /// <summary>Heals the network; the old leader answers with what is current, and all replicas become the same.</summary>
    public void Heal()
    {
        Limit(Contact.Whole);
        ScriptedCall? read = null;
        Until(() =>
        {
            read = read is null or { Answer.Outcome: not OperationOutcome.Done } ? ScriptedCall.Get(_world, _history, _old, Key) : read;
            return read.Answer is { Outcome: OperationOutcome.Done };
        });
        Assert.Equal(Current, read!.Answer!.Read);
        Until(() => Convergence.Missing(_world) is null);
    }

    public void Dispose() => _world.Dispose();

    private ClientOperation Put(SimHost at, string value)
    {
        ScriptedCall call = ScriptedCall.Put(_world, _history, at, Key, value);
        Until(() => call.Answer is not null);
        Assert.Equal(OperationOutcome.Done, call.Answer!.Outcome);
        return call.Answer;
    }

    /// <summary>A client that asks the old leader for x, and again as soon as it has an answer.</summary>
    private void ReadAgainAndAgain(ScriptedCall last)
    {
        if (_reads)
        {
            ScriptedCall next = last.Answer is null ? last : ScriptedCall.Get(_world, _history, _old, Key);
            _world.After(ReadEach, () => ReadAgainAndAgain(next));
        }
    }

    private void Limit(Contact contact)
    {
        LinkFault? before = _cut;
        int old = _old.Index;
        _cut = contact switch
        {
            Contact.CutOff => new LinkFault((from, to) => from == old || to == old, Cuts: true),
            Contact.OnlySends => new LinkFault((_, to) => to == old, Cuts: true),
            Contact.OnlyReceives => new LinkFault((from, _) => from == old, Cuts: true),
            _ => null,
        };
        if (_cut is not null)
        {
            _world.Network.Add(_cut);
        }

        if (before is not null)
        {
            _world.Network.Remove(before);
        }
    }

    private void Until(Func<bool> condition)
    {
        bool holds = _world.RunUntil(condition, _world.Now + (10 * VirtualTime.Second), every: VirtualTime.Millisecond);
        Assert.True(_world.Violation is null, _world.Violation?.Report(_world.Trace));
        Assert.True(holds, $"seed {_world.Seed}: what the scenario waits for did not happen by {_world.Now} µs");
    }

    private static GroupFacts? Facts(SimHost host)
    {
        List<GroupFacts> facts = [];
        host.Node?.ReadGroups(facts);
        int at = facts.FindIndex(f => f.Group == Group);
        return at < 0 ? null : facts[at];
    }

    private static bool Leads(SimHost host) => Facts(host) is { Role: GroupRole.Leader };
}
