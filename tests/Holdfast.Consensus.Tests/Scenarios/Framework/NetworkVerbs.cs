namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>Verbs that move messages, or keep them from moving.</summary>
internal static class NetworkVerbs
{
    /// <summary><c>stabilize</c>: all that is not held back arrives, and what that causes too.</summary>
    public static void Stabilize(ScenarioGroup group, Arguments arguments) => group.Stabilize();

    /// <summary><c>deliver 1->2 [Kind] [newest] [count=1]</c>: what is on its way there arrives, oldest first, held back or not.</summary>
    public static void Deliver(ScenarioGroup group, Arguments arguments)
    {
        foreach (Message message in Take(group, arguments))
        {
            group.Deliver(message);
        }
    }

    /// <summary><c>drop 1->2 [Kind] [newest] [count=1]</c>: what is on its way there gets lost.</summary>
    public static void Drop(ScenarioGroup group, Arguments arguments)
    {
        foreach (Message message in Take(group, arguments))
        {
            group.Transcript.Show($"lost {message}");
        }
    }

    /// <summary><c>duplicate 1->2 [Kind] [newest] [count=1]</c>: what is on its way there is on its way twice.</summary>
    public static void Duplicate(ScenarioGroup group, Arguments arguments)
    {
        foreach (Message message in Take(group, arguments))
        {
            group.Network.Messages.AddRange([message, message]);
            group.Transcript.Show($"twice {message}");
        }
    }

    /// <summary><c>lose 1->2 [Kind]</c>: what is sent there from now on is lost.</summary>
    public static void Lose(ScenarioGroup group, Arguments arguments) => group.Network.Lose(ParseLink(arguments));

    /// <summary><c>partition 1|2,3</c>: what is sent from one side to another from now on is lost.</summary>
    public static void Partition(ScenarioGroup group, Arguments arguments)
    {
        string[][] sides = [.. arguments.Word(0).Split('|').Select(side => side.Split(','))];
        foreach (string[] side in sides)
        {
            foreach (string other in sides.Where(otherSide => otherSide != side).SelectMany(otherSide => otherSide))
            {
                Array.ForEach(side, one => group.Network.Lose(Link.Parse($"{one}->{other}", null)));
            }
        }
    }

    /// <summary><c>heal</c>: ends what lose and partition began.</summary>
    public static void Heal(ScenarioGroup group, Arguments arguments) => group.Network.Heal();

    /// <summary><c>hold 1->2 [Kind]</c>: what is sent there waits for release, or for deliver.</summary>
    public static void Hold(ScenarioGroup group, Arguments arguments) => group.Network.Hold(ParseLink(arguments));

    /// <summary><c>release</c>: ends what hold began.</summary>
    public static void Release(ScenarioGroup group, Arguments arguments) => group.Network.Release();

    /// <summary><c>play 2,3</c>: the script plays these replicas by <c>inject</c>; what is sent to them is shown.</summary>
    public static void Play(ScenarioGroup group, Arguments arguments) =>
        Array.ForEach(arguments.Replicas(group, 0), replica => group.Network.Play(replica.Id));

    private static Link ParseLink(Arguments arguments) => Link.Parse(arguments.Word(0), arguments.WordOrNull(1));

    private static List<Message> Take(ScenarioGroup group, Arguments arguments)
    {
        bool newest = arguments.TakeFlag("newest");
        int count = arguments.Number("count", int.MaxValue);
        Link link = ParseLink(arguments);
        List<Message> fitting = group.Network.Messages.FindAll(message => link.Matches(message));
        if (fitting.Count == 0)
        {
            throw new ScriptException("no such message is on its way");
        }

        if (newest)
        {
            fitting.Reverse();
        }

        List<Message> taken = [.. fitting.Take(count)];
        taken.ForEach(message => group.Network.Messages.Remove(message));
        return taken;
    }
}
