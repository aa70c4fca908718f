using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Holdfast.Keyspace;
using Holdfast.Primitives;

namespace Holdfast.Bench.Micro;

/// <summary>One command applied, or one key read, among 100,000 keys.</summary>
public class KeyspaceBenchmarks : IDisposable
{
    private const int Keys = 100_000;
    private const int ValueBytes = 256;

    private readonly KeyspaceArena _arena = new();
    private readonly byte[] _key = new byte[16];
    private readonly byte[] _value = new byte[ValueBytes];
    private readonly byte[] _command = new byte[512];
    private Keyspace.Keyspace _keyspace = null!;
    private int _next;
    private ulong _sequence;

    [GlobalSetup]
    public void Fill()
    {
        _keyspace = new Keyspace.Keyspace(_arena, new KeyspaceOptions { HashSeed = 1 });
        for (int i = 0; i < Keys; i++)
        {
            PutInPlace();
        }
    }

    [Benchmark]
    public long PutInPlace()
    {
        Slot slot = Choose();
        int length = CommandCodec.Encode(Command.Put(slot, _key, _value), _command);
        var result = default(ApplyResult);
        _keyspace.Apply(_command.AsSpan(0, length), ref result);
        return (long)result.Revision.Value;
    }

    /// <summary>As <see cref="PutInPlace"/>, as a forwarding node sends it: 64 sessions with 32 open results each.</summary>
    [Benchmark]
    public long PutInSession()
    {
        const ulong Sessions = 64;
        const ulong Open = 32;
        Slot slot = Choose();
        Command command = Command.Put(slot, _key, _value);
        ulong sequence = (_sequence / Sessions) + 1;
        command.StampMs = 1;
        command.Origin = CommandOrigin.OfSession((_sequence % Sessions) + 1, sequence, sequence > Open ? sequence - Open : 1);
        _sequence++;
        int length = CommandCodec.Encode(command, _command);
        var result = default(ApplyResult);
        _keyspace.Apply(_command.AsSpan(0, length), ref result);
        return result.Repeated ? throw new InvalidOperationException("the command is new") : (long)result.Revision.Value;
    }

    [Benchmark]
    public long Get()
    {
        Slot slot = Choose();
        return _keyspace.TryGet(slot, _key, out ValueView value) ? value.Value.Length : throw new InvalidOperationException("the key is there");
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _keyspace?.Dispose();
        _arena.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The next key, far from the last one, so that caches help as little as they would.</summary>
    private Slot Choose()
    {
        const int Stride = 61_803;
        _next = (_next + Stride) % Keys;
        BinaryPrimitives.WriteInt32LittleEndian(_key, _next);
        return new Slot((ushort)(_next % Slot.Count));
    }
}
