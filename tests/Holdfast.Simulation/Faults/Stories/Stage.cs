using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>Where a story plays: a group of a running world, and the links that the story has cut at the moment.</summary>
internal sealed class Stage
{
    private readonly World _world;
    private readonly GroupId _group;
    private readonly List<LinkFault> _cuts = [];

    private Stage(World world, GroupId group, SimHost leader)
    {
        _world = world;
        _group = group;
        Leader = leader;
        Voters = world.Hosts.Where(host => Of(host) is { Role: GroupRole.Leader or GroupRole.Follower }).ToArray();
    }

    /// <summary>Who leads the group as the story begins.</summary>
    public SimHost Leader { get; }

    /// <summary>The nodes that vote in the group as the story begins.</summary>
    public IReadOnlyList<SimHost> Voters { get; }

    /// <summary>How few of them are not yet a majority.</summary>
    public int Minority => (Voters.Count - 1) / 2;

    /// <summary>A stage around some leader of a partition; null when there is none, or too few vote for anyone to be cut off.</summary>
    public static Stage? Find(World world, SeededRandom random)
    {
        List<GroupFacts> facts = [];
        List<(GroupId Group, SimHost Leader)> led = [];
        foreach (SimHost host in world.Hosts)
        {
            facts.Clear();
            host.Node?.ReadGroups(facts);
            led.AddRange(facts.Where(f => f.Role == GroupRole.Leader && !f.Group.IsSystem).Select(f => (f.Group, host)));
        }

        if (led.Count == 0)
        {
            return null;
        }

        (GroupId group, SimHost leader) = random.Pick(led);
        Stage stage = new(world, group, leader);
        return stage.Minority > 0 ? stage : null;
    }

    /// <summary>The group's replica on a node; null while there is none.</summary>
    public GroupFacts? Of(SimHost host) => Of(host, _group);

    /// <summary>Any group's replica on a node; null while there is none.</summary>
    public static GroupFacts? Of(SimHost host, GroupId group)
    {
        List<GroupFacts> facts = [];
        host.Node?.ReadGroups(facts);
        int at = facts.FindIndex(f => f.Group == group);
        return at < 0 ? null : facts[at];
    }

    /// <summary>The last index of a node's log; zero while it is down.</summary>
    public LogIndex Last(SimHost host) => Of(host)?.Last ?? LogIndex.Zero;

    /// <summary>The term of the last entry of a node's log.</summary>
    public Term LastTerm(SimHost host) =>
        host.Node is { } node && node.TryReadEntry(_group, Last(host), out EntryFacts entry) ? entry.Term : Term.Zero;

    /// <summary>Whether a node leads the group in a term after another.</summary>
    public bool LeadsAfter(SimHost host, Term term) => Of(host) is { Role: GroupRole.Leader } facts && facts.Term > term;

    /// <summary>The term that a node is in.</summary>
    public Term TermOf(SimHost host) => Of(host)?.Term ?? Term.Zero;

    /// <summary>Cuts these links, and no others any more.</summary>
    public void Cut(params IEnumerable<LinkFault> cuts)
    {
        LinkFault[] before = [.. _cuts];
        _cuts.Clear();
        foreach (LinkFault cut in cuts)
        {
            CutToo(cut);
        }

        // What stays cut is never whole for a moment.
        foreach (LinkFault cut in before)
        {
            _world.Network.Remove(cut);
        }
    }

    /// <summary>Cuts further links.</summary>
    public void CutToo(LinkFault cut)
    {
        _cuts.Add(cut);
        _world.Network.Add(cut);
    }

    /// <summary>All links between some nodes and the others.</summary>
    public static LinkFault Around(IEnumerable<SimHost> nodes, TransportLane? lane = null)
    {
        HashSet<int> inside = [.. nodes.Select(node => node.Index)];
        return new LinkFault((from, to) => inside.Contains(from) != inside.Contains(to), Cuts: true, Lane: lane);
    }
}
