using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Harness;

/// <summary>One node among peers that the test plays itself. Replica 1 is the node; ids are node numbers of generation 0.</summary>
internal sealed class LoneNode
{
    private readonly Queue<PersistToken> _writes = new();

    public LoneNode(int voters = 3, ulong term = 1, ulong[]? log = null, RaftOptions? options = null, RestoredState? state = null)
    {
        var configuration = new Configuration(Enumerable.Range(1, voters).Select(Id));
        Entry[] entries = [.. (log ?? []).Select((entryTerm, i) => Command(entryTerm, (ulong)i + 1))];
        state ??= new RestoredState(new HardState(new(term), null), new SnapshotMeta(default, configuration), entries, LogIndex.Zero);
        Node = new RaftNode(options ?? new RaftOptions(), Id(1), state, new SeededRandom(1), Clock);
    }

    public RaftNode Node { get; }

    public RaftClock Clock { get; } = new();

    /// <summary>All that was sent, in order.</summary>
    public List<Message> Sent { get; } = [];

    public List<ReadGrant> Grants { get; } = [];

    public List<ulong> Rejected { get; } = [];

    public List<Entry> Applied { get; } = [];

    public HardState? Written { get; private set; }

    public static ReplicaId Id(int number) => new(new NodeId((uint)number), 0);

    public static EntryId At(ulong term, ulong index) => new(new(term), new(index));

    public static Entry Command(ulong term, ulong index) => new(At(term, index), EntryKind.Command, "x"u8.ToArray());

    /// <summary>A node that leads a term: it timed out, and its peers voted for it. Its first entry is durable.</summary>
    public static LoneNode Leading(int voters = 3, ulong[]? log = null, RaftOptions? options = null)
    {
        var lone = new LoneNode(voters, term: log?.LastOrDefault() ?? 0, log, options);
        lone.TickUntil(RoleKind.PreCandidate);
        for (int voter = 2; voter <= voters && lone.Node.Role == RoleKind.PreCandidate; voter++)
        {
            lone.Step(Message.PreVoteResponse(Id(voter), Id(1), lone.Node.Term.Next, reject: false));
        }

        for (int voter = 2; voter <= voters && lone.Node.Role == RoleKind.Candidate; voter++)
        {
            lone.Step(Message.VoteResponse(Id(voter), Id(1), lone.Node.Term, reject: false));
        }

        Assert.Equal(RoleKind.Leader, lone.Node.Role);
        return lone;
    }

    /// <summary>A leader that has committed its first entry with all others.</summary>
    public static LoneNode LeadingCommitted(int voters = 3, ulong[]? log = null, RaftOptions? options = null)
    {
        LoneNode lone = Leading(voters, log, options);
        for (int voter = 2; voter <= voters; voter++)
        {
            lone.Confirm(voter);
        }

        lone.Node.Tick(lone.Clock);
        lone.Run();
        for (int voter = 2; voter <= voters; voter++)
        {
            lone.Confirm(voter);
        }

        lone.Sent.Clear();
        return lone;
    }

    /// <summary>The message comes, and all that follows is carried out at once.</summary>
    public void Step(in Message message)
    {
        Node.Step(message);
        Run();
    }

    /// <summary>The peer confirms all of the log, and knows all that is committed.</summary>
    public void Confirm(int peer) =>
        Step(Message.AppendAccepted(Id(peer), Id(1), Node.Term, Node.LastIndex, Node.Commit));

    public void Tick(int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            Node.Tick(Clock);
            Run();
        }
    }

    public void TickUntil(RoleKind role)
    {
        for (int i = 0; i < 200 && Node.Role != role; i++)
        {
            Tick();
        }

        Assert.Equal(role, Node.Role);
    }

    /// <summary>Takes what is ready without completing the write.</summary>
    public void Take()
    {
        Ready ready = Node.TakeReady();
        Sent.AddRange(ready.Messages.ToArray().Select(message => Copies.Of(message)));
        Grants.AddRange(ready.ReadGrants);
        Rejected.AddRange(ready.RejectedReads);
        Written = ready.HardState ?? Written;
        if (ready.Token is { } token)
        {
            _writes.Enqueue(token);
        }

        Applied.AddRange(ready.Committed.ToArray().Select(Copies.Of));
        if (!ready.Committed.IsEmpty)
        {
            Node.AppliedTo(ready.Committed.Span[^1].Id.Index);
        }
    }

    public void CompleteWrite() => Node.Persisted(_writes.Dequeue());

    public void Run()
    {
        while (Node.HasReady || _writes.Count > 0)
        {
            Take();
            while (_writes.Count > 0)
            {
                CompleteWrite();
            }
        }
    }

    public IEnumerable<Message> SentOf(MessageKind kind) => Sent.Where(message => message.Kind == kind);
}
