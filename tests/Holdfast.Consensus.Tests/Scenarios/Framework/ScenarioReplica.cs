using System.Text;
using Holdfast.Consensus.Tests.Harness;
using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>
/// One replica as an engine would run it: a node, its disk, and a state machine that is the list of the commands it applied.
/// </summary>
internal sealed class ScenarioReplica
{
    private readonly ScenarioGroup _group;
    private readonly SeededRandom _random;
    private readonly RaftClock _clock = new();
    private readonly List<byte> _incoming = [];
    private readonly List<string> _state = [];
    private LogIndex _applied;

    public ScenarioReplica(ScenarioGroup group, ReplicaId id, Configuration initial)
    {
        _group = group;
        Id = id;
        _random = new SeededRandom(group.Seed + id.Node.Value);
        Disk = new SimulatedDisk(initial);
        Node = Start(Disk.Crash(0));
    }

    public ReplicaId Id { get; }

    public SimulatedDisk Disk { get; }

    public RaftNode Node { get; private set; }

    public bool IsUp { get; private set; } = true;

    /// <summary>Whether writes become durable only when the script says so.</summary>
    public bool WritesByHand { get; set; }

    /// <summary>The entries that the node gave out to be written, durable or not.</summary>
    public List<Entry> Log { get; } = [];

    public string State => _state.Count == 0 ? "nothing" : string.Join(' ', _state);

    private Transcript Transcript => _group.Transcript;

    /// <summary>Starts anew from a disk that holds this, whose first entries are known to be committed.</summary>
    public void Preset(HardState state, Entry[] log, LogIndex commit)
    {
        Disk.Begin(new Ready { Token = default(PersistToken), HardState = state, Entries = log });
        Disk.CompleteOne();
        Node = Start(Disk.Crash(0) with { Applied = commit });
        Apply(log.Where(entry => entry.Id.Index <= commit));
    }

    public void Crash(int survivors)
    {
        IsUp = false;
        Disk.Crash(Math.Min(survivors, Disk.Underway));
        Log.Clear();
        Log.AddRange(Disk.Log);
    }

    public void Restart()
    {
        IsUp = true;
        _incoming.Clear();
        Node = Start(Disk.Crash(0));
    }

    /// <summary>Carries out all that the node asks for.</summary>
    public void HandleAll()
    {
        while (Node.HasReady || (!WritesByHand && Disk.Underway > 0))
        {
            if (Node.HasReady)
            {
                Handle(Node.TakeReady());
            }

            if (!WritesByHand && Disk.Underway > 0)
            {
                Node.Persisted(Disk.CompleteOne());
            }

            _group.Safety.OnStanding(Node);
        }
    }

    /// <summary>Makes writes durable up to <paramref name="through"/>, or all.</summary>
    public void Persist(PersistToken? through)
    {
        PersistToken? done = null;
        while (Disk.Underway > 0 && (through is null || done is null || done < through))
        {
            done = Disk.CompleteOne();
        }

        Node.Persisted(done ?? throw new ScriptException($"replica {Id} has nothing to write"));
    }

    /// <summary>Keeps a snapshot of what is applied.</summary>
    public void TakeSnapshot() => Disk.Store(
        new StoredSnapshot(Node.DescribeSnapshot(Node.Applied), Encoding.ASCII.GetBytes(string.Join(' ', _state))));

    /// <summary>A tick passes.</summary>
    public void Tick() => Node.Tick(_clock);

    private RaftNode Start(RestoredState restored)
    {
        Log.Clear();
        Log.AddRange(restored.Entries);
        Restore(restored.Snapshot.Id.Index);
        return new RaftNode(_group.Options, Id, restored, _random.Fork(), _clock);
    }

    private void Restore(LogIndex index)
    {
        _applied = index;
        _state.Clear();
        if (index > LogIndex.Zero)
        {
            _state.AddRange(Encoding.ASCII.GetString(Disk.Snapshot.Bytes).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    /// <summary>What a Ready shows is valid until the next call on the node, so all that outlives it is copied first.</summary>
    private void Handle(Ready ready)
    {
        Message[] messages = [.. ready.Messages.ToArray().Select(message => Copies.Of(message))];
        SnapshotReadRequest[] reads = ready.SnapshotReads.ToArray();
        SnapshotWriteRequest[] writes = [.. ready.SnapshotWrites.ToArray().Select(write => write with { Data = write.Data.ToArray() })];
        Entry[] committed = ready.Committed.ToArray();
        Show(ready);
        Write(ready);
        Apply(committed);
        foreach (Message message in messages)
        {
            _group.Network.Send(message);
        }

        if (committed.Length > 0)
        {
            Node.AppliedTo(_applied);
        }

        Array.ForEach(writes, Store);
        Array.ForEach(reads, Answer);
    }

    private void Show(Ready ready)
    {
        if (ready.RoleChanged)
        {
            Transcript.Show($"{Id} {Node.Role} term={Node.Term} leader={Node.Leader?.ToString() ?? "-"}");
        }

        if (ready.ConfigurationChanged)
        {
            Transcript.Show($"{Id} configuration {Node.Configuration} at {Node.ConfigurationIndex}");
        }

        foreach (ReadGrant grant in ready.ReadGrants)
        {
            Transcript.Show($"{Id} grants {grant}");
        }

        foreach (ulong context in ready.RejectedReads)
        {
            Transcript.Show($"{Id} rejects read {context}");
        }
    }

    private void Write(Ready ready)
    {
        Entry[] entries = [.. ready.Entries.ToArray().Select(Copies.Of)];
        if (WritesByHand && ready.Token is { } token)
        {
            string entriesText = entries.Length == 0 ? "" : $"[{string.Join(", ", entries)}]";
            Transcript.Show($"{Id} writes {token} {ready.HardState} {entriesText}".Replace("  ", " ", StringComparison.Ordinal));
        }

        Disk.Begin(ready);
        if (ready.InstallSnapshot is { } meta)
        {
            Assert.Equal(Disk.Snapshot.Meta, meta);
            Log.Clear();
            Restore(meta.Id.Index);
            Transcript.Show($"{Id} installs {meta}: {State}");
        }

        if (entries.Length > 0)
        {
            Log.RemoveAll(entry => entry.Id.Index >= entries[0].Id.Index);
            Log.AddRange(entries);
        }
    }

    private void Apply(IEnumerable<Entry> committed)
    {
        foreach (Entry entry in committed)
        {
            Assert.Equal(_applied.Next, entry.Id.Index);
            _applied = entry.Id.Index;
            _group.Safety.OnApplied(Id, entry);
            Transcript.Show($"{Id} applies {entry}");
            if (entry.Kind == EntryKind.Command)
            {
                _state.Add(Encoding.ASCII.GetString(entry.Data.Span));
            }
        }
    }

    private void Answer(SnapshotReadRequest read)
    {
        if (read.Meta is null && Disk.Snapshot.Meta.Id.Index < Node.FirstIndex.Previous)
        {
            TakeSnapshot();
        }

        StoredSnapshot snapshot = Disk.Snapshot;
        if (read.Meta is not null && read.Meta != snapshot.Meta)
        {
            Transcript.Show($"{Id} has no longer snapshot {read.Meta.Id} for {read.To}");
            Node.SnapshotUnavailable(read.To);
            return;
        }

        int offset = (int)read.Offset;
        int length = Math.Min(read.MaxBytes, snapshot.Bytes.Length - offset);
        bool last = offset + length == snapshot.Bytes.Length;
        Node.SnapshotRead(read.To, snapshot.Meta, read.Offset, snapshot.Bytes.AsMemory(offset, length), last);
    }

    private void Store(SnapshotWriteRequest write)
    {
        if (write.Offset == 0)
        {
            _incoming.Clear();
        }

        Assert.Equal((ulong)_incoming.Count, write.Offset);
        _incoming.AddRange(write.Data.Span);
        Transcript.Show($"{Id} {write}");
        Node.SnapshotWritten(write.Meta, write.Offset + (ulong)write.Data.Length);
        if (write.Last)
        {
            Disk.Store(new StoredSnapshot(write.Meta, [.. _incoming]));
            Node.SnapshotStored(write.Meta);
        }
    }
}
