using System.Buffers;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// A store of one primary, node 0, and of copies that forward to it: not available when the primary is not, but linearizable and
/// durable. The simulator is tested with it, and with bugs planted in it.
/// </summary>
internal abstract class LedgerNode(NodeEnvironment environment) : ISimNode
{
    private readonly List<LedgerCall> _calls = [];
    private readonly List<uint> _checksums = [];
    private readonly ArrayBufferWriter<byte> _encoded = new();
    private ulong _firstChecksum = 1;

    public bool HasStopped { get; protected set; }

    public bool HasWork => false;

    protected NodeEnvironment Environment { get; } = environment;

    protected long Now { get; private set; }

    protected LedgerStore Store { get; } = new();

    public void OnTick(long nowMicros)
    {
        Now = nowMicros;
        foreach (LedgerCall call in _calls.Where(c => c.Deadline <= Now))
        {
            Answer(call, FaultCode.Timeout, Outcome.Unknown);
        }

        _calls.RemoveAll(c => c.IsAnswered);
        Tick();
    }

    public abstract void OnFrame(TransportLane lane, ReadOnlySpan<byte> frame);

    public void OnPeerConnection(PeerHandle peer, TransportLane lane, bool isUp)
    {
    }

    public abstract void OnDiskWorkDone(DiskWork work);

    public IRequestSession Open(IReplySink sink) => new Session(this, sink);

    public abstract void Flush();

    public abstract bool TryControl(ControlAction action, SeededRandom random);

    public abstract void ReadGroups(List<GroupFacts> groups);

    public bool TryReadEntry(GroupId group, LogIndex index, out EntryFacts entry)
    {
        ulong position = index.Value - _firstChecksum;
        bool known = index.Value >= _firstChecksum && position < (ulong)_checksums.Count;
        entry = known ? new EntryFacts(new Term(1), _checksums[(int)position]) : default;
        return known;
    }

    public void Dispose()
    {
    }

    protected abstract void Tick();

    protected abstract void Call(LedgerCall call);

    protected GroupFacts Facts(GroupRole role, ulong revision, ulong hash)
    {
        LogIndex index = new(revision);
        return new GroupFacts(new GroupId(1), new ReplicaId(Environment.Id, 0), role, new Term(1), index, index, index, hash);
    }

    /// <summary>The store was replaced by a snapshot: earlier entries are not known.</summary>
    protected void ForgetEntries()
    {
        _checksums.Clear();
        _firstChecksum = Store.Revision + 1;
    }

    protected void Remember(byte[] record) => _checksums.Add(Crc32C.Compute(record));

    protected void Answer(LedgerCall call, FaultCode fault, Outcome outcome)
    {
        _encoded.Clear();
        new Reply { Id = call.Id, Fault = fault, Outcome = outcome }.Write(_encoded);
        call.Answer(_encoded.WrittenSpan);
    }

    protected byte[] Encode(in Reply reply)
    {
        _encoded.Clear();
        reply.Write(_encoded);
        return _encoded.WrittenSpan.ToArray();
    }

    private sealed class Session(LedgerNode node, IReplySink sink) : IRequestSession
    {
        public void Submit(ReadOnlySpan<byte> requests)
        {
            while (Request.TryRead(requests, out Request request, out int consumed) == OperationStatus.Done)
            {
                LedgerCall call = new(request.Id, requests[..consumed].ToArray(), node.Now + (request.TimeoutMs * 1000L), sink.OnReplies);
                node._calls.Add(call);
                node.Call(call);
                requests = requests[consumed..];
            }
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>Takes the bytes of a reply.</summary>
internal delegate void TakeReply(ReadOnlySpan<byte> reply);

/// <summary>A request that waits for its one answer.</summary>
internal sealed class LedgerCall(ulong id, byte[] request, long deadline, TakeReply take)
{
    public ulong Id => id;

    public byte[] Request => request;

    public long Deadline => deadline;

    public bool IsAnswered { get; private set; }

    /// <summary>To be answered from this node's copy: the planted bug.</summary>
    public bool IsLocal { get; set; }

    /// <summary>There was no connection to forward it on, so it was certainly not applied.</summary>
    public bool IsRefused { get; set; }

    public void Answer(ReadOnlySpan<byte> reply)
    {
        if (!IsAnswered)
        {
            IsAnswered = true;
            take(reply);
        }
    }
}

/// <summary>Starts ledgers.</summary>
internal sealed class LedgerFactory : ISimNodeFactory
{
    public bool Supports(FaultKind kind) => kind is not (FaultKind.LeadershipTransfer or FaultKind.MembershipChange or FaultKind.FigureEight);

    public bool KeepsDeadlines => false;

    public bool KnowsRepetition => false;

    public bool TellsChanges => false;

    public ISimNode Start(NodeEnvironment environment) =>
        environment.Id.Value == 0 ? new LedgerPrimary(environment) : new LedgerCopy(environment);
}
