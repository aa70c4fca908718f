using System.Buffers;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Rest.Watching;

/// <summary>
/// The node's one reading of what changes: an open request a partition, answered as soon as there is something. Polls are made by one thread;
/// <paramref name="receive"/> gets the replies on the engine's thread, in a pooled buffer that it gives back, and the number of their bytes.
/// </summary>
internal sealed class ChangeTail : IReplySink, IDisposable
{
    /// <summary>How long a replica waits for a change before it says that there is none.</summary>
    private const int WaitMs = 10_000;

    /// <summary>Beyond the wait, for the way there and back.</summary>
    private const int TimeoutMs = WaitMs + 5000;

    private readonly IRequestSession _session;
    private readonly Action<ChangeTail, byte[], int> _receive;
    private readonly ArrayBufferWriter<byte> _request = new();

    public ChangeTail(IRequestGate gate, Action<ChangeTail, byte[], int> receive)
    {
        _receive = receive;
        _session = gate.Open(this);
    }

    /// <summary>Asks a partition for what changed after a revision. The request has the partition's number: each has one open at most.</summary>
    public void Poll(int partition, Revision after)
    {
        _request.ResetWrittenCount();
        new Request
        {
            Operation = Operation.Changes,
            Flags = RequestFlags.Stale,
            Id = (ulong)partition,
            TimeoutMs = TimeoutMs,
            Partition = new PartitionId((uint)partition),
            Revision = after,
            Argument = WaitMs,
        }.Write(_request);
        _session.Submit(_request.WrittenSpan);
    }

    /// <inheritdoc/>
    public void OnReplies(ReadOnlySpan<byte> replies)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(replies.Length);
        replies.CopyTo(copy);
        _receive(this, copy, replies.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
