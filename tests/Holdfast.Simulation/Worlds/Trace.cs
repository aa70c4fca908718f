using System.Globalization;
using System.Numerics;

namespace Holdfast.Simulation;

/// <summary>
/// What happened in a world: the last events, to be read by a person, and a hash of all of them, so that two runs of a seed can be
/// compared to the byte.
/// </summary>
public sealed class Trace
{
    private readonly TraceEvent[] _ring;
    private long _count;

    internal Trace(int capacity) => _ring = new TraceEvent[capacity];

    /// <summary>A hash of every event so far, contents of frames and replies included.</summary>
    public ulong Hash { get; private set; } = 0x9E3779B97F4A7C15;

    /// <summary>The last events, a line each, oldest first.</summary>
    public IEnumerable<string> LastEvents()
    {
        for (long i = Math.Max(0, _count - _ring.Length); i < _count; i++)
        {
            yield return _ring[i % _ring.Length].ToString();
        }
    }

    // A note is put into words only where somebody reads them.
    internal void Record(long at, TraceKind kind, int node, long detail = 0, ulong content = 0, object? note = null)
    {
        _ring[_count++ % _ring.Length] = new TraceEvent(at, kind, node, detail, content, note);
        Mix((ulong)at);
        Mix(((ulong)kind << 32) | (uint)node);
        Mix((ulong)detail);
        Mix(content);
    }

    // The multiplier is odd, so every step is a bijection of the hash: a difference once mixed in never cancels by itself.
    private void Mix(ulong value) => Hash = BitOperations.RotateLeft((Hash ^ value) * 0xD6E8FEB86659FD93, 29);

    private readonly record struct TraceEvent(long At, TraceKind Kind, int Node, long Detail, ulong Content, object? Note)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{At / 1e6,12:F6}  {(Node < 0 ? "world" : $"n{Node}"),-6} {Kind,-14} {Describe()}");

        private string Describe() => Kind switch
        {
            TraceKind.Deliver or TraceKind.Send => $"peer n{Detail >> 8} lane {(Primitives.TransportLane)(Detail & 0xFF)} crc {Content:x8}",
            TraceKind.DiskWork => $"{Note} lane {(Primitives.DiskLane)Detail} ops {Content}",
            TraceKind.Invoke or TraceKind.Respond => Note?.ToString() ?? $"client {Detail} crc {Content:x8}",
            _ => Note?.ToString() ?? (Detail == 0 ? "" : Detail.ToString(CultureInfo.InvariantCulture)),
        };
    }
}

/// <summary>The kinds of events that a trace records.</summary>
internal enum TraceKind
{
    Start,
    StartFailed,
    Stop,
    Crash,
    Pause,
    Resume,
    Tick,
    Send,
    Deliver,
    Connected,
    Disconnected,
    DiskWork,
    DiskWorkDone,
    Flush,
    Invoke,
    Respond,
    Fault,
    Heal,
    Violation,
}
