using System.Buffers;
using System.Buffers.Binary;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

/// <summary>The one node that decides: a batch of requests is executed, written and synced, then answered and sent to the copies.</summary>
internal sealed class LedgerPrimary : LedgerNode
{
    private const long Reserve = 128 * 1024;
    private const int MostAtOnce = 64;

    private readonly LedgerFile _file;
    private readonly List<LedgerCall> _waiting = [];
    private readonly List<byte[]> _records = [];
    private readonly HashSet<(ulong Sender, ulong Token)> _forwarded = [];
    private readonly Dictionary<int, PeerHandle> _copies = [];
    private readonly ulong _firstRecord;
    private bool _writing;
    private bool _compacts;
    private (ulong Revision, ulong Hash) _durable;

    public LedgerPrimary(NodeEnvironment environment)
        : base(environment)
    {
        _file = LedgerFile.Recover(environment.Disk, Store);
        _durable = (Store.Revision, Store.Hash);
        _firstRecord = Store.Revision + 1;
        ForgetEntries();
        for (int i = 1; i < environment.Founders.Count; i++)
        {
            _copies.Add(i, environment.Transport.Open(environment.Founders[i]));
        }
    }

    public override void OnFrame(TransportLane lane, ReadOnlySpan<byte> frame)
    {
        int copy = (int)BinaryPrimitives.ReadUInt32LittleEndian(frame);
        if (lane == TransportLane.Liveness)
        {
            Feed(copy, BinaryPrimitives.ReadUInt64LittleEndian(frame[4..]));
            return;
        }

        ulong sender = BinaryPrimitives.ReadUInt64LittleEndian(frame[4..]);
        ulong token = BinaryPrimitives.ReadUInt64LittleEndian(frame[12..]);
        byte[] head = frame[4..20].ToArray();
        if (_forwarded.Add((sender, token)))
        {
            Call(new LedgerCall(token, frame[20..].ToArray(), long.MaxValue, reply =>
                Environment.Transport.Send(_copies[copy], TransportLane.Requests, [.. head, .. reply])));
        }
    }

    public override void OnDiskWorkDone(DiskWork work)
    {
        if (work.Failure is not null)
        {
            HasStopped = true;
            return;
        }

        _writing = false;
        if (work is AppendWork append)
        {
            _durable = (append.Revision, append.Hash);
            append.Records.ForEach(Remember);
            _records.AddRange(append.Records);
            append.Answers.ForEach(answer => answer.Call.Answer(answer.Reply));
        }
    }

    public override void Flush()
    {
        if (_writing || HasStopped || (_waiting.Count == 0 && !_compacts))
        {
            return;
        }

        _writing = true;
        if (_compacts)
        {
            _compacts = false;
            Environment.Lanes.Submit(DiskLane.Log, new RewriteWork(_file, LedgerFile.Frame(Store.Snapshot())));
            return;
        }

        AppendWork work = new(_file);
        foreach (LedgerCall call in _waiting.Where(c => !c.IsAnswered))
        {
            Execute(call, work);
        }

        _waiting.Clear();
        (work.Revision, work.Hash) = (Store.Revision, Store.Hash);
        Environment.Lanes.Submit(DiskLane.Log, work);
    }

    public override bool TryControl(ControlAction action, SeededRandom random) => _compacts = action == ControlAction.ForceSnapshot;

    public override void ReadGroups(List<GroupFacts> groups) => groups.Add(Facts(GroupRole.Leader, _durable.Revision, _durable.Hash));

    protected override void Tick()
    {
    }

    protected override void Call(LedgerCall call) => _waiting.Add(call);

    private void Execute(LedgerCall call, AppendWork work)
    {
        Request.TryRead(call.Request, out Request request, out _);
        if (request.Operation.IsWrite() && Environment.Disk.FreeBytes < Reserve)
        {
            work.Answers.Add((call, Encode(new Reply { Id = request.Id, Fault = FaultCode.DiskFull, Outcome = Outcome.NotApplied })));
            return;
        }

        Reply reply = Store.Execute(request, out byte[]? record);
        work.Answers.Add((call, Encode(reply)));
        if (record is not null)
        {
            work.Records.Add(record);
        }
    }

    /// <summary>Sends a copy what comes after its revision, or everything when that is no longer at hand. Nothing that is not durable.</summary>
    private void Feed(int copy, ulong revision)
    {
        if (revision >= _durable.Revision)
        {
            return;
        }

        bool hasNext = revision + 1 >= _firstRecord;
        if (!hasNext && _writing)
        {
            return;
        }

        IEnumerable<byte[]> records = hasNext ? _records.Skip((int)(revision + 1 - _firstRecord)).Take(MostAtOnce) : Store.Snapshot();
        Environment.Transport.Send(_copies[copy], TransportLane.Entries, [hasNext ? (byte)0 : (byte)1, .. LedgerFile.Frame(records)]);
    }

    private sealed class AppendWork(LedgerFile file) : DiskWork
    {
        public List<byte[]> Records { get; } = [];

        public List<(LedgerCall Call, byte[] Reply)> Answers { get; } = [];

        public ulong Revision { get; set; }

        public ulong Hash { get; set; }

        public override void Execute(IDisk disk)
        {
            if (Records.Count > 0)
            {
                file.Append(LedgerFile.Frame(Records));
            }
        }
    }

    private sealed class RewriteWork(LedgerFile file, byte[] frames) : DiskWork
    {
        public override void Execute(IDisk disk) => file.Rewrite(disk, frames);
    }
}
