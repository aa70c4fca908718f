using System.Buffers;
using System.Globalization;
using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Resp.Tests.Fakes;

/// <summary>The keys of one partition, and the operations on them as the contract has them.</summary>
internal sealed class FakePartition
{
    private readonly SortedDictionary<byte[], byte[]> _items = new(Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y)));
    private ulong _revision;

    /// <summary>The slot of a key: any function will do, as long as keys spread, and those with one hash tag do not.</summary>
    public static int SlotOf(ReadOnlySpan<byte> key)
    {
        int close = key is [(byte)'{', ..] ? key.IndexOf((byte)'}') : -1;
        return (int)(Hash(close > 1 ? key[1..close] : key) % 16384);
    }

    /// <summary>Applies a request; returns the reply's payload.</summary>
    public byte[] Apply(in Request request, int slot, ref Reply reply, int pageKeys, int maxValueBytes)
    {
        byte[] key = request.Key.ToArray();
        bool found = request.Operation.HasKey() && _items.ContainsKey(key);
        reply.Flags = found ? ReplyFlags.Found : ReplyFlags.None;
        switch (request.Operation)
        {
            case Operation.Get:
                return found ? _items[key] : [];
            case Operation.Measure:
                reply.Number = found ? _items[key].Length : 0;
                return [];
            case Operation.Put:
                return Put(request, key, found, ref reply);
            case Operation.Append:
                return Append(request, key, found, ref reply, maxValueBytes);
            case Operation.Delete:
                reply.Number = _items.Remove(key) ? 1 : 0;
                return [];
            case Operation.Increment:
                return Increment(request, key, found, ref reply);
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

    private byte[] Put(in Request request, byte[] key, bool found, ref Reply reply)
    {
        byte[] old = found && (request.Flags & RequestFlags.ReturnOld) != RequestFlags.None ? _items[key] : [];
        bool refused = ((request.Flags & RequestFlags.IfAbsent) != RequestFlags.None && found) ||
            ((request.Flags & RequestFlags.IfPresent) != RequestFlags.None && !found);
        if (refused)
        {
            reply.Fault = FaultCode.ConditionFailed;
            reply.Outcome = Outcome.NotApplied;
            return old;
        }

        _items[key] = request.Value.ToArray();
        reply.Revision = new Revision(++_revision);
        reply.Flags |= found ? ReplyFlags.None : ReplyFlags.Created;
        return old;
    }

    private byte[] Append(in Request request, byte[] key, bool found, ref Reply reply, int maxValueBytes)
    {
        byte[] value = [.. found ? _items[key] : [], .. request.Value];
        if (value.Length > maxValueBytes)
        {
            reply.Fault = FaultCode.ValueTooLarge;
            reply.Outcome = Outcome.NotApplied;
            return [];
        }

        _items[key] = value;
        reply.Number = value.Length;
        return [];
    }

    private byte[] Increment(in Request request, byte[] key, bool found, ref Reply reply)
    {
        string text = found ? Encoding.Latin1.GetString(_items[key]) : "0";
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
        _items[key] = Encoding.ASCII.GetBytes(sum.ToString());
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
}
