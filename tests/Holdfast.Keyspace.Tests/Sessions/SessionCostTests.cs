using System.Diagnostics;
using Holdfast.Keyspace.Tests.Support;
using Holdfast.Primitives;
using Xunit.Abstractions;

namespace Holdfast.Keyspace.Tests.Sessions;

public sealed class SessionCostTests(ITestOutputHelper output) : IDisposable
{
    private const ulong Now = 1_700_000_000_000;
    private const int Count = 30_000;
    private readonly KeyspaceArena _arena = new();
    private readonly byte[] _bytes = new byte[512];

    public void Dispose() => _arena.Dispose();

    [Fact]
    public void Commands_of_sessions_allocate_nothing()
    {
        foreach (int sessions in (int[])[1, 64, 2_000])
        {
            using var keyspace = new Keyspace(_arena, Collect.Options);
            long bare = Run(keyspace, sessions, open: 0);
            long inSession = Run(keyspace, sessions, open: 32);
            output.WriteLine($"{sessions} sessions: {bare} ns a put, {inSession} ns in a session");
        }
    }

    [Fact]
    public void A_session_takes_less_than_150_bytes_and_one_of_many_results_less_than_40()
    {
        using var keyspace = new Keyspace(_arena, Collect.Options);
        for (ulong id = 1; id <= Count; id++)
        {
            Put(keyspace, id, CommandOrigin.OfSession(id * 0x9E37_79B9_7F4A_7C15, 1, 1), touch: true);
        }

        double ofSession = (double)keyspace.Sessions.State.Heap.Bytes / Count;
        using var other = new Keyspace(_arena, Collect.Options);
        for (ulong i = 0; i < Count; i++)
        {
            Put(other, i % 1000, CommandOrigin.OfSession(1 + (i % 100), (i / 100) + 1, 1), touch: false);
        }

        double ofResult = (double)other.Sessions.State.Heap.Bytes / Count;
        output.WriteLine($"{ofSession} bytes a session, {ofResult} a result; logical {other.SessionBytes / Count}");
        Assert.InRange(ofSession, 1, 150);
        Assert.InRange(ofResult, 1, 40);
    }

    // Nanoseconds a put; with `open` results open in each session.
    private long Run(Keyspace keyspace, int sessions, ulong open)
    {
        ManagedBytes managed = default;
        long started = 0;
        for (ulong i = 0; i < 3 * Count; i++)
        {
            if (i == 2 * Count)
            {
                managed = ManagedBytes.Begin();
                started = Stopwatch.GetTimestamp();
            }

            ulong sequence = (i / (ulong)sessions) + 1;
            ulong id = ((i % (ulong)sessions) + 1) * 0x9E37_79B9_7F4A_7C15;
            CommandOrigin origin = open == 0 ? default : CommandOrigin.OfSession(id, sequence, sequence > open ? sequence - open : 1);
            Put(keyspace, i % 1000, origin, touch: false);
        }

        long elapsed = (long)Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        Assert.InRange(managed.Allocated, 0, 1000);
        return elapsed / Count;
    }

    private void Put(Keyspace keyspace, ulong key, CommandOrigin origin, bool touch)
    {
        Span<byte> keyBytes = stackalloc byte[8];
        Span<byte> value = stackalloc byte[256];
        BitConverter.TryWriteBytes(keyBytes, key);
        Command command = touch ? Command.Touch(origin) : Command.Put(new Slot((ushort)(key % 1000)), keyBytes, value);
        command.StampMs = Now + (key / 100);
        command.Origin = origin;
        int length = CommandCodec.Encode(command, _bytes);
        ApplyResult result = default;
        keyspace.Apply(_bytes.AsSpan(0, length), ref result);
        Assert.True(result is { Status: ApplyStatus.Applied, Repeated: false });
    }
}
