using System.Buffers.Binary;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

/// <summary>A node that forwards to the primary and keeps a copy of what is durable there.</summary>
internal sealed class LedgerCopy : LedgerNode
{
    private const long AskMicros = 40 * VirtualTime.Millisecond;

    private readonly PeerHandle _primary;
    private readonly ulong _self;
    private readonly SortedDictionary<ulong, LedgerCall> _open = [];
    private ulong _tokens;
    private long _askedAt;

    public LedgerCopy(NodeEnvironment environment)
        : base(environment)
    {
        _primary = environment.Transport.Open(environment.Founders[0]);
        _self = environment.Random.NextUInt64();
    }

    public override void OnFrame(TransportLane lane, ReadOnlySpan<byte> frame)
    {
        if (lane == TransportLane.Entries)
        {
            Learn(frame);
            return;
        }

        ulong token = BinaryPrimitives.ReadUInt64LittleEndian(frame[8..]);
        if (BinaryPrimitives.ReadUInt64LittleEndian(frame) == _self && _open.Remove(token, out LedgerCall? call))
        {
            call.Answer(frame[16..]);
        }
    }

    public override void OnDiskWorkDone(DiskWork work) => throw Invariant.Unreachable("a copy has no disk work");

    public override void Flush()
    {
        foreach (LedgerCall call in _open.Values.Where(c => (c.IsLocal || c.IsRefused) && !c.IsAnswered).ToArray())
        {
            if (call.IsRefused)
            {
                Answer(call, FaultCode.NoLeader, Outcome.NotApplied);
                continue;
            }

            Request.TryRead(call.Request, out Request request, out _);
            call.Answer(Encode(Store.Execute(request, out _)));
        }
    }

    public override bool TryControl(ControlAction action, SeededRandom random) => false;

    public override void ReadGroups(List<GroupFacts> groups) => groups.Add(Facts(GroupRole.Follower, Store.Revision, Store.Hash));

    protected override void Tick()
    {
        foreach (ulong token in _open.Where(c => c.Value.IsAnswered).Select(c => c.Key).ToArray())
        {
            _open.Remove(token);
        }

        if (Now - _askedAt >= AskMicros)
        {
            _askedAt = Now;
            byte[] frame = new byte[12];
            BinaryPrimitives.WriteUInt32LittleEndian(frame, Environment.Id.Value);
            BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(4), Store.Revision);
            Environment.Transport.Send(_primary, TransportLane.Liveness, frame);
        }
    }

    protected override void Call(LedgerCall call)
    {
        ulong token = ++_tokens;
        _open.Add(token, call);
        Request.TryRead(call.Request, out Request request, out _);
        if (Environment.Bug == PlantedBug.ReadsWithoutRound && request.Operation == Operation.Get)
        {
            call.IsLocal = true;
            return;
        }

        byte[] frame = new byte[20 + call.Request.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Environment.Id.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(4), _self);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(12), token);
        call.Request.CopyTo(frame, 20);
        call.IsRefused = !Environment.Transport.Send(_primary, TransportLane.Requests, frame);
    }

    private void Learn(ReadOnlySpan<byte> frame)
    {
        byte[][] records = LedgerFile.Unframe(frame[1..].ToArray()).ToArray();
        if (frame[0] == 1)
        {
            LearnAll(records);
            return;
        }

        foreach (byte[] record in records.Where(r => BinaryPrimitives.ReadUInt64LittleEndian(r) > Store.Revision))
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(record) != Store.Revision + 1)
            {
                return;
            }

            Store.Apply(record);
            Remember(record);
        }
    }

    private void LearnAll(byte[][] records)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(records[^1]) <= Store.Revision)
        {
            return;
        }

        Store.Clear();
        foreach (byte[] record in records)
        {
            Store.Apply(record);
        }

        ForgetEntries();
    }
}
