using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// The appends on their way to one follower: bounded in bytes, so that a slow follower does not fill the network, and in
/// number, so that many small appends gather into fewer large ones.
/// </summary>
internal sealed class InflightWindow(int maxBytes)
{
    private const int MaxCount = 256;

    private readonly Queue<(LogIndex Last, int Bytes)> _appends = new();

    /// <summary>How many bytes are on their way.</summary>
    public int Bytes { get; private set; }

    /// <summary>Whether nothing is on its way.</summary>
    public bool IsEmpty => _appends.Count == 0;

    /// <summary>Whether the follower must answer before more is sent.</summary>
    public bool IsFull => Bytes >= maxBytes || _appends.Count >= MaxCount;

    /// <summary>An append that ends at <paramref name="last"/> was sent.</summary>
    public void Add(LogIndex last, int bytes)
    {
        _appends.Enqueue((last, bytes));
        Bytes += bytes;
    }

    /// <summary>The follower has everything up to <paramref name="match"/>.</summary>
    public void Free(LogIndex match)
    {
        while (_appends.TryPeek(out (LogIndex Last, int Bytes) append) && append.Last <= match)
        {
            _appends.Dequeue();
            Bytes -= append.Bytes;
        }
    }

    /// <summary>Nothing is on its way any more.</summary>
    public void Clear()
    {
        _appends.Clear();
        Bytes = 0;
    }
}
