using System.Buffers;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Rest.Tests.Fakes;

/// <summary>Takes the bytes of a reply.</summary>
public delegate void ReplyTo(ReadOnlySpan<byte> reply);

/// <summary>
/// The histories of partitions, with the meaning that the waist documents. Everything runs on the engine's thread, in the order in which
/// it was called for.
/// </summary>
public sealed class FakeChanges(Action<Action> post)
{
    /// <summary>What a partition that lets no more requests wait asks for, as an engine does.</summary>
    private const uint FullRetryAfterMs = 1000;

    private readonly Dictionary<int, History> _histories = [];
    private int _waiting;

    /// <summary>The most changes of a page, so that small data has many pages.</summary>
    public int PageItems { get; set; } = int.MaxValue;

    /// <summary>Decides which partitions let no more requests wait: there, who would wait is told of nothing, at once. Null: none.</summary>
    public Func<int, bool>? IsFull { get; set; }

    /// <summary>Whether pages lose their last byte, as no gate may let happen.</summary>
    public bool Tears { get; set; }

    /// <summary>How many requests wait for a change.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public void Put(int partition, string key, string value, ulong timeToLiveMs = 0) =>
        Add(partition, ChangeKind.Put, Bytes(key), Bytes(value), timeToLiveMs);

    public void Put(int partition, byte[] key, byte[] value) => Add(partition, ChangeKind.Put, key, value, 0);

    public void Delete(int partition, string key) => Add(partition, ChangeKind.Delete, Bytes(key), [], 0);

    public void Expire(int partition, string key) => Add(partition, ChangeKind.Expire, Bytes(key), [], 0);

    public void Flush(int partition) => Add(partition, ChangeKind.Flush, [], [], 0);

    /// <summary>Keeps no change up to a revision any more.</summary>
    public void Forget(int partition, ulong revision) => post(() => Of(partition).Forgotten = revision);

    /// <summary>What a stale read sees at most, as on a replica that lags.</summary>
    public void LimitReplica(int partition, ulong revision) => post(() =>
    {
        Of(partition).Replica = revision;
        Wake(Of(partition));
    });

    /// <summary>Drops the requests of a session that ended.</summary>
    public void Drop(ReplyTo session)
    {
        foreach (History history in _histories.Values)
        {
            Interlocked.Add(ref _waiting, -history.Waiters.RemoveAll(waiter => waiter.ReplyTo == session));
        }
    }

    /// <summary>Answers a request now, or when there is something to tell.</summary>
    public void Take(byte[] bytes, SeenRequest seen, ReplyTo replyTo)
    {
        History history = Of(seen.Partition);
        if (!TryAnswer(history, bytes, replyTo, mayWait: seen.Argument > 0))
        {
            history.Waiters.Add((bytes, replyTo));
            Interlocked.Increment(ref _waiting);
        }
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private void Add(int partition, ChangeKind kind, byte[] key, byte[] value, ulong timeToLiveMs) => post(() =>
    {
        History history = Of(partition);
        history.Changes.Add(new Change(kind, key, value, timeToLiveMs));
        Wake(history);
    });

    private History Of(int partition)
    {
        if (!_histories.TryGetValue(partition, out History? history))
        {
            _histories[partition] = history = new History();
        }

        return history;
    }

    private void Wake(History history) =>
        Interlocked.Add(ref _waiting, -history.Waiters.RemoveAll(waiter => TryAnswer(history, waiter.Bytes, waiter.ReplyTo, mayWait: true)));

    private bool TryAnswer(History history, byte[] bytes, ReplyTo replyTo, bool mayWait)
    {
        Request.TryRead(bytes, out Request request, out _);
        ulong last = (ulong)history.Changes.Count;
        ulong seen = request.Flags.HasFlag(RequestFlags.Stale) ? Math.Min(last, history.Replica) : last;
        ulong after = request.Flags.HasFlag(RequestFlags.FromNow) ? seen : request.Revision.Value;
        var page = new ArrayBufferWriter<byte>();
        var reply = new Reply { Id = request.Id, ServedBy = new NodeId(2), Partition = request.Partition, Revision = new Revision(last) };
        if (after < history.Forgotten && seen >= history.Forgotten)
        {
            reply.Flags = ReplyFlags.Gap;
            after = history.Forgotten;
        }
        else
        {
            int items = 0;
            for (; after < seen && items < PageItems; after++)
            {
                items += history.Changes[(int)after].TryWrite(page, after + 1, request.Key) ? 1 : 0;
            }
        }

        bool tells = page.WrittenCount > 0 || reply.Flags.HasFlag(ReplyFlags.Gap);
        if (mayWait && !tells)
        {
            if (IsFull?.Invoke((int)request.Partition.Value) != true)
            {
                return false;
            }

            reply.RetryAfterMs = FullRetryAfterMs;
        }

        reply.Number = (long)after;
        reply.Payload = Tears && tells ? page.WrittenSpan[..^1] : page.WrittenSpan;
        var output = new ArrayBufferWriter<byte>();
        reply.Write(output);
        replyTo(output.WrittenSpan);
        return true;
    }

    private sealed class History
    {
        public List<Change> Changes { get; } = [];

        public List<(byte[] Bytes, ReplyTo ReplyTo)> Waiters { get; } = [];

        public ulong Forgotten { get; set; }

        public ulong Replica { get; set; } = ulong.MaxValue;
    }

    private sealed record Change(ChangeKind Kind, byte[] Key, byte[] Value, ulong TimeToLiveMs)
    {
        public bool TryWrite(IBufferWriter<byte> page, ulong revision, ReadOnlySpan<byte> prefix)
        {
            if (Kind != ChangeKind.Flush && !Key.AsSpan().StartsWith(prefix))
            {
                return false;
            }

            new ChangeItem { Kind = Kind, Revision = new Revision(revision), Key = Key, Value = Value, TimeToLiveMs = TimeToLiveMs }.Write(page);
            return true;
        }
    }
}
