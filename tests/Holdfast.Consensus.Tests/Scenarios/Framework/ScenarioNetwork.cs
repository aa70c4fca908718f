using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>Messages on their way, in the order in which they were sent; some links lose them, some hold them back.</summary>
internal sealed class ScenarioNetwork(Transcript transcript)
{
    private readonly List<Link> _losing = [];
    private readonly List<Link> _holding = [];
    private readonly HashSet<ReplicaId> _played = [];

    /// <summary>What is on its way, held back or not.</summary>
    public List<Message> Messages { get; } = [];

    public void Send(in Message message)
    {
        if (Any(_losing, message))
        {
            transcript.Show($"lost {message}");
            return;
        }

        if (_played.Contains(message.To))
        {
            transcript.Show($"sends {message}");
            return;
        }

        Messages.Add(message);
    }

    /// <summary>The script plays this replica: what is sent to it is shown, and goes no further.</summary>
    public void Play(ReplicaId replica) => _played.Add(replica);

    /// <summary>Messages sent from now on over these links are lost.</summary>
    public void Lose(Link link) => _losing.Add(link);

    /// <summary>Messages over these links wait until they are released, or delivered by name.</summary>
    public void Hold(Link link) => _holding.Add(link);

    public void Heal() => _losing.Clear();

    public void Release() => _holding.Clear();

    /// <summary>Takes the first message that is not held back.</summary>
    public bool TryTake(out Message message) => TryTake(candidate => !Any(_holding, candidate), out message);

    /// <summary>Takes the first message that fits.</summary>
    public bool TryTake(Predicate<Message> fits, out Message message)
    {
        int at = Messages.FindIndex(fits);
        message = at < 0 ? default : Messages[at];
        if (at >= 0)
        {
            Messages.RemoveAt(at);
        }

        return at >= 0;
    }

    private static bool Any(List<Link> links, Message message) => links.Exists(link => link.Matches(message));
}
