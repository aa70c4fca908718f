using System.Buffers;
using System.Net;

namespace Holdfast.Net.Loop;

/// <summary>A TCP connection on an <see cref="EventLoop"/>. Only the loop's thread uses it.</summary>
public sealed class LoopConnection
{
    internal LoopConnection(EventLoop loop) => Loop = loop;

    /// <summary>The loop that it lives on.</summary>
    public EventLoop Loop { get; }

    /// <summary>A number that no other connection of this loop has had.</summary>
    public long Id { get; }

    /// <summary>The other side; null when the kernel no longer knew.</summary>
    public IPEndPoint? RemoteEndPoint { get; }

    /// <summary>
    /// Where replies are written. What was advanced over is sent at the end of the iteration, in one system call. After the
    /// connection closed it takes bytes and drops them.
    /// </summary>
    public IBufferWriter<byte> Output => throw new NotSupportedException();

    /// <summary>Bytes written that the kernel has not taken yet.</summary>
    public long PendingOutput => throw new NotSupportedException();

    /// <summary>
    /// From this many pending bytes on the connection is not read; reading goes on at half of it. 1 MiB unless set.
    /// </summary>
    public long OutputHighWater { get; set; } = 1024 * 1024;

    /// <summary>With more pending bytes than this the connection is closed. 256 MiB unless set.</summary>
    public long OutputLimit { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// Whether <see cref="OutputHighWater"/> is reached: a handler should stop consuming then; what it left comes again when the
    /// output has drained.
    /// </summary>
    public bool IsOutputHigh => PendingOutput >= OutputHighWater;

    /// <summary>Whether it is open and not closing.</summary>
    public bool IsOpen => throw new NotSupportedException();

    /// <summary>The last system error of this connection; 0 when there was none.</summary>
    public int LastErrno { get; }

    /// <summary>
    /// Tells the loop, from within <see cref="IConnectionHandler.OnData"/>, not to call again before there are this many
    /// unconsumed bytes, and lets it size its buffer at once. Counts for the next delivery only.
    /// </summary>
    public void Await(int bytes) => throw new NotSupportedException();

    /// <summary>Stops reading, until <see cref="Resume"/>.</summary>
    public void Pause() => throw new NotSupportedException();

    /// <summary>Reads again, and gives the handler again what it left unconsumed, soon.</summary>
    public void Resume() => throw new NotSupportedException();

    /// <summary>Reads no more, sends what was written, then closes.</summary>
    public void Close() => throw new NotSupportedException();

    /// <summary>Closes at once; pending output is lost.</summary>
    public void Abort() => throw new NotSupportedException();
}
