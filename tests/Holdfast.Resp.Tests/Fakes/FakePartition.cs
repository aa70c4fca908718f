using System.Buffers;
using System.Globalization;
using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Resp.Tests.Fakes;

/// <summary>The keys of one partition, and the operations on them as the contract has them.</summary>
internal sealed partial class FakePartition
{
    private static readonly Comparer<byte[]> Order = Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y));

    private SortedDictionary<byte[], FakeItem> _items = new(Order);
    private ulong _revision;

    /// <summary>The slot of a key: any function will do, as long as keys spread, and those with one hash tag do not.</summary>
    public static int SlotOf(ReadOnlySpan<byte> key)
    {
        int close = key is [(byte)'{', ..] ? key.IndexOf((byte)'}') : -1;
        return (int)(Hash(close > 1 ? key[1..close] : key) % 16384);
    }

    /// <summary>Applies a request; returns the reply's payload.</summary>
    public byte[] Apply(in Request request, int slot, ref Reply reply, int pageKeys, int maxValueBytes, long nowMs)
    {
        RemoveExpired(nowMs);
        byte[] key = request.Key.ToArray();
        bool found = request.Operation.HasKey() && _items.ContainsKey(key);
        reply.Flags = found ? ReplyFlags.Found : ReplyFlags.None;
        reply.Revision = found ? _items[key].Revision : default;
        switch (request.Operation)
        {
            case Operation.Get:
                return found ? _items[key].Value : [];
            case Operation.Measure:
                reply.Number = found ? _items[key].Value.Length : 0;
                return [];
            case Operation.Deadline:
                reply.Number = found ? _items[key].DeadlineMs : 0;
                reply.TimeToLiveMs = (ulong)Math.Max(0, reply.Number - nowMs);
                return [];
            case Operation.Expire:
                return Expire(request, key, found, ref reply, nowMs);
            case Operation.Put:
                return Put(request, key, found, ref reply, nowMs);
            case Operation.Append:
                return Append(request, key, found, ref reply, maxValueBytes);
            case Operation.Delete:
                reply.Number = _items.Remove(key) ? 1 : 0;
                return [];
            case Operation.Increment:
                return Increment(request, key, found, ref reply);
            case Operation.Batch:
                return Batch(request, ref reply, maxValueBytes, nowMs);
            case Operation.List:
                return List(request, ref reply, pageKeys);
            case Operation.Scan:
                return Scan(request, ref reply);
            case Operation.Count:
                reply.Number = _items.Count;
                return [];
            case Operation.Flush:
                _items.Clear();
                return [];
            default:
                throw Invariant.Unreachable($"{request.Operation} is not used by this front end (slot {slot})");
        }
    }

    private static ulong Hash(ReadOnlySpan<byte> key)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in key)
        {
            hash = (hash ^ b) * 1099511628211;
        }

        return hash ^ (hash >> 29);
    }

    private static long CursorOf(byte[] key) => ((long)SlotOf(key) << 39) | (long)(Hash(key) >> 25);

    private static long DeadlineOf(Expiry expiry, long present, long nowMs) => expiry.Kind switch
    {
        ExpiryKind.Never => 0,
        ExpiryKind.Keep => present,
        ExpiryKind.After => nowMs + expiry.Milliseconds,
        _ => expiry.Milliseconds,
    };

    private void RemoveExpired(long nowMs)
    {
        foreach (byte[] key in _items.Where(item => item.Value.DeadlineMs is > 0 and long deadline && deadline <= nowMs).Select(item => item.Key).ToArray())
        {
            _items.Remove(key);
        }
    }

    private byte[] Expire(in Request request, byte[] key, bool found, ref Reply reply, long nowMs)
    {
        if (!found)
        {
            return [];
        }

        FakeItem item = _items[key];
        long next = DeadlineOf(request.Expiry, 0, nowMs);
        RequestFlags flags = request.Flags;
        bool Asks(RequestFlags flag) => (flags & flag) != RequestFlags.None;
        if ((Asks(RequestFlags.IfLasting) && item.DeadlineMs != 0) || (Asks(RequestFlags.IfExpiring) && item.DeadlineMs == 0)
            || (Asks(RequestFlags.IfLater) && (item.DeadlineMs == 0 || next <= item.DeadlineMs))
            || (Asks(RequestFlags.IfEarlier) && item.DeadlineMs != 0 && next >= item.DeadlineMs))
        {
            reply.Fault = FaultCode.ConditionFailed;
            reply.Outcome = Outcome.NotApplied;
            return [];
        }

        reply.Number = next != 0 || item.DeadlineMs != 0 ? 1 : 0;
        Store(key, item.Value, next);
        return Asks(RequestFlags.ReturnOld) ? item.Value : [];
    }

    private byte[] Put(in Request request, byte[] key, bool found, ref Reply reply, long nowMs)
    {
        byte[] old = found && (request.Flags & RequestFlags.ReturnOld) != RequestFlags.None ? _items[key].Value : [];
        bool refused = ((request.Flags & RequestFlags.IfAbsent) != RequestFlags.None && found) ||
            ((request.Flags & RequestFlags.IfPresent) != RequestFlags.None && !found);
        if (refused)
        {
            reply.Fault = FaultCode.ConditionFailed;
            reply.Outcome = Outcome.NotApplied;
            return old;
        }

        long present = found ? _items[key].DeadlineMs : 0;
        reply.Revision = Store(key, request.Value.ToArray(), DeadlineOf(request.Expiry, present, nowMs));
        reply.Flags |= found ? ReplyFlags.None : ReplyFlags.Created;
        return old;
    }

    private byte[] Append(in Request request, byte[] key, bool found, ref Reply reply, int maxValueBytes)
    {
        byte[] value = [.. found ? _items[key].Value : [], .. request.Value];
        if (value.Length > maxValueBytes)
        {
            reply.Fault = FaultCode.ValueTooLarge;
            reply.Outcome = Outcome.NotApplied;
            return [];
        }

        reply.Revision = Store(key, value, found ? _items[key].DeadlineMs : 0);
        reply.Number = value.Length;
        return [];
    }

    private byte[] Increment(in Request request, byte[] key, bool found, ref Reply reply)
    {
        string text = found ? Encoding.Latin1.GetString(_items[key].Value) : "0";
        reply.Outcome = Outcome.NotApplied;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) || value.ToString() != text)
        {
            reply.Fault = FaultCode.NotAnInteger;
            return [];
        }

        Int128 sum = (Int128)value + request.Argument;
        if (sum < long.MinValue || sum > long.MaxValue)
        {
            reply.Fault = FaultCode.Overflow;
            return [];
        }

        reply.Outcome = Outcome.Done;
        reply.Number = (long)sum;
        reply.Revision = Store(key, Encoding.ASCII.GetBytes(sum.ToString()), found ? _items[key].DeadlineMs : 0);
        return [];
    }

    private byte[] List(in Request request, ref Reply reply, int pageKeys)
    {
        byte[] start = request.Key.ToArray();
        byte[] end = request.Value.ToArray();
        bool after = (request.Flags & RequestFlags.AfterStart) != RequestFlags.None;
        byte[][] keys = [.. _items.Keys.Where(key =>
            key.AsSpan().SequenceCompareTo(start) >= (after ? 1 : 0) &&
            (end.Length == 0 || key.AsSpan().SequenceCompareTo(end) < 0))];
        reply.Flags = keys.Length > pageKeys ? ReplyFlags.More : ReplyFlags.None;
        return Page(keys.Take(pageKeys));
    }

    private byte[] Scan(in Request request, ref Reply reply)
    {
        long cursor = request.Argument;
        byte[][] keys = [.. _items.Keys.Where(key => CursorOf(key) >= cursor).OrderBy(CursorOf)];
        int count = (int)request.Revision.Value;
        while (count < keys.Length && CursorOf(keys[count]) == CursorOf(keys[count - 1]))
        {
            count++;
        }

        reply.Number = count < keys.Length ? CursorOf(keys[count]) : 0;
        return Page(keys.Take(count));
    }

    private static byte[] Page(IEnumerable<byte[]> keys)
    {
        ArrayBufferWriter<byte> page = new();
        foreach (byte[] key in keys)
        {
            new PageItem { Key = key }.Write(page);
        }

        return page.WrittenSpan.ToArray();
    }

    private Revision Store(byte[] key, byte[] value, long deadlineMs)
    {
        Revision revision = new(++_revision);
        _items[key] = new FakeItem(value, deadlineMs, revision);
        return revision;
    }

    private sealed record FakeItem(byte[] Value, long DeadlineMs, Revision Revision);
}
