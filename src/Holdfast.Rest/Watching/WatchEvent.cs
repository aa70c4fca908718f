using System.Buffers;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Rest.Watching;

/// <summary>
/// An event as text, made once for all watchers that it concerns. Immutable but for the count of who holds it: the last one to
/// release it gives its bytes back to the node's bound.
/// </summary>
internal sealed class WatchEvent
{
    /// <summary>What an event and its place in a queue take besides its text.</summary>
    private const int OverheadBytes = 128;

    private QueueMemory? _memory;
    private int _holders = 1;

    private WatchEvent(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> data, WatchToken? token)
    {
        Name = name;
        Data = data;
        Token = token;
        Id = token is null ? default : EventText.IdOf(token);
        Size = OverheadBytes + Id.Length + Data.Length;
    }

    /// <summary>The line that names it; empty for a comment.</summary>
    public ReadOnlyMemory<byte> Name { get; }

    /// <summary>The line of its id; empty when it has none.</summary>
    public ReadOnlyMemory<byte> Id { get; }

    /// <summary>What follows the id.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Where the hub stood after it; null when the event has no id.</summary>
    public WatchToken? Token { get; }

    /// <summary>The partition that changed; null when none did.</summary>
    public int? Partition { get; private init; }

    /// <summary>The revision of its partition up to which all is told after it.</summary>
    public Revision Revision { get; private init; }

    /// <summary>The bytes that it takes.</summary>
    public int Size { get; }

    /// <summary>A change. <paramref name="token"/>: null when events carry no ids.</summary>
    public static WatchEvent OfChange(int partition, in ChangeItem item, WatchToken? token)
    {
        var data = new ArrayBufferWriter<byte>();
        EventText.WriteChange(data, item, partition);
        return new WatchEvent(EventText.NameOf(item.Kind), data.WrittenMemory, token) { Partition = partition, Revision = item.Revision };
    }

    /// <summary>A gap.</summary>
    public static WatchEvent OfGap(in Gap gap, WatchToken? token)
    {
        var data = new ArrayBufferWriter<byte>();
        EventText.WriteGap(data, gap);
        return new WatchEvent(EventText.GapName, data.WrittenMemory, token) { Partition = gap.Partition, Revision = gap.To };
    }

    /// <summary>Progress up to a token.</summary>
    public static WatchEvent OfProgress(WatchToken token) => new(EventText.ProgressName, EventText.NoData, token);

    /// <summary>A comment.</summary>
    public static WatchEvent OfComment() => new(default, EventText.Comment, null);

    /// <summary>Counts the event against the node's bound until it is released; false when it does not fit.</summary>
    public bool TryCount(QueueMemory memory)
    {
        _memory = memory.TryTake(Size) ? memory : null;
        return _memory is not null;
    }

    /// <summary>Holds it once more.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>Lets go of it. Whoever made it holds it first.</summary>
    public void Release()
    {
        int left = Interlocked.Decrement(ref _holders);
        Invariant.Require(left >= 0, "an event is released as often as it is held");
        if (left == 0)
        {
            _memory?.Return(Size);
        }
    }
}

/// <summary>The bytes of events that wait on a node, for whichever watchers. Thread-safe.</summary>
internal sealed class QueueMemory(long bound)
{
    private long _used;

    /// <summary>Takes so many bytes; false when that would exceed the bound.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= bound)
        {
            return true;
        }

        Return(bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(int bytes) => Interlocked.Add(ref _used, -bytes);
}
