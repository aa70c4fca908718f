using System.Buffers;
using System.Globalization;
using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Rest.Tests.Fakes;

/// <summary>One partition's pairs in the order of unsigned bytes, with the meaning that the waist documents.</summary>
public sealed class FakePartition
{
    private readonly SortedList<byte[], Pair> _pairs = new(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
    private readonly Dictionary<string, (ulong Fingerprint, byte[] Reply)> _tokens = [];
    private ulong _revision;

    /// <summary>The most items of a page, so that small data has many pages.</summary>
    public int PageItems { get; set; } = int.MaxValue;

    public int Count => _pairs.Count;

    public void Set(byte[] key, byte[] value, ulong timeToLiveMs = 0) => _pairs[key] = new Pair(value, ++_revision, timeToLiveMs);

    /// <summary>Carries a request out; one whose token came before answers as it did then.</summary>
    public void Apply(in Request request, ref Reply reply)
    {
        string token = Encoding.Latin1.GetString(request.Token);
        if (!_tokens.TryGetValue(token, out (ulong Fingerprint, byte[] Reply) kept))
        {
            Execute(request, ref reply);
            if (token.Length > 0)
            {
                var output = new ArrayBufferWriter<byte>();
                reply.Write(output);
                _tokens[token] = (request.Fingerprint, output.WrittenSpan.ToArray());
            }
        }
        else if (kept.Fingerprint != request.Fingerprint)
        {
            Refuse(ref reply, FaultCode.IdempotencyMismatch, "The token was used for another request.");
        }
        else
        {
            Reply.TryRead(kept.Reply, out reply, out _);
            reply.Id = request.Id;
        }
    }

    private void Execute(in Request request, ref Reply reply)
    {
        if (request.Operation == Operation.Batch)
        {
            ExecuteBatch(request, ref reply);
            return;
        }

        byte[] key = request.Key.ToArray();
        Pair? pair = request.Operation.HasKey() ? _pairs.GetValueOrDefault(key) : null;
        reply.Flags = pair is null ? ReplyFlags.None : ReplyFlags.Found;
        reply.Revision = new Revision(pair?.Revision ?? 0);
        if ((request.Operation.IsWrite() || request.Operation == Operation.Check) && request.Operation.HasKey() && !Holds(request, pair))
        {
            Refuse(ref reply, FaultCode.ConditionFailed, "The condition did not hold.");
            return;
        }

        switch (request.Operation)
        {
            case Operation.Get or Operation.Measure:
                reply.Payload = request.Operation == Operation.Get ? pair?.Value : [];
                reply.Number = pair?.Value.Length ?? 0;
                reply.TimeToLiveMs = pair?.TimeToLiveMs ?? 0;
                break;
            case Operation.Put or Operation.Append:
                byte[] old = request.Operation == Operation.Append ? pair?.Value ?? [] : [];
                Store(key, [.. old, .. request.Value], pair, ref reply);
                break;
            case Operation.Increment:
                Increment(key, pair, request.Argument, ref reply);
                break;
            case Operation.Delete:
                _pairs.Remove(key);
                reply.Revision = new Revision(pair is null ? 0 : ++_revision);
                reply.Number = pair is null ? 0 : 1;
                break;
            case Operation.Check:
                break;
            case Operation.List:
                List(request, ref reply);
                break;
            case Operation.Clear:
                Clear(request, ref reply);
                break;
            default:
                Refuse(ref reply, FaultCode.Unsupported, "The fake does not have this operation.");
                break;
        }
    }

    /// <summary>Carries out all operations; of one that fails, none stays.</summary>
    private void ExecuteBatch(in Request batch, ref Reply reply)
    {
        KeyValuePair<byte[], Pair>[] before = [.. _pairs];
        ulong revisionBefore = _revision;
        var items = new ArrayBufferWriter<byte>();
        ReadOnlySpan<byte> rest = batch.Value;
        for (int i = 0; !rest.IsEmpty; i++)
        {
            Request.TryRead(rest, out Request operation, out int consumed);
            rest = rest[consumed..];
            var part = new Reply();
            Execute(operation, ref part);
            if (part.Fault != FaultCode.None)
            {
                _pairs.Clear();
                Array.ForEach(before, entry => _pairs.Add(entry.Key, entry.Value));
                _revision = revisionBefore;
                Refuse(ref reply, part.Fault, "An operation failed.");
                reply.Revision = part.Revision;
                reply.Number = i;
                return;
            }

            ItemOf(operation.Operation, part).Write(items);
        }

        reply.Revision = new Revision(_revision == revisionBefore ? 0 : _revision);
        reply.Payload = items.WrittenSpan;
    }

    private static BatchItem ItemOf(Operation operation, in Reply part) => new()
    {
        Flags = (part.Flags.HasFlag(ReplyFlags.Found) ? BatchItemFlags.Found : BatchItemFlags.None)
            | (part.Flags.HasFlag(ReplyFlags.Created) ? BatchItemFlags.Created : BatchItemFlags.None),
        Revision = part.Revision,
        Number = operation is Operation.Increment or Operation.Delete ? part.Number : 0,
        Length = operation is Operation.Increment or Operation.Delete ? 0 : part.Number,
        TimeToLiveMs = part.TimeToLiveMs,
        Payload = part.Payload,
    };

    private static bool Holds(in Request request, Pair? pair) =>
        (!request.Flags.HasFlag(RequestFlags.IfAbsent) || pair is null)
        && (!request.Flags.HasFlag(RequestFlags.IfPresent) || pair is not null)
        && (!request.Flags.HasFlag(RequestFlags.IfRevision) || pair?.Revision == request.Revision.Value);

    private static void Refuse(ref Reply reply, FaultCode code, string detail)
    {
        reply.Fault = code;
        reply.Outcome = Outcome.NotApplied;
        reply.Payload = Encoding.UTF8.GetBytes(detail);
    }

    private void Store(byte[] key, byte[] value, Pair? old, ref Reply reply)
    {
        Set(key, value);
        reply.Revision = new Revision(_revision);
        reply.Number = value.Length;
        reply.Flags |= old is null ? ReplyFlags.Created : ReplyFlags.None;
    }

    private void Increment(byte[] key, Pair? pair, long by, ref Reply reply)
    {
        if (!long.TryParse(Encoding.ASCII.GetString(pair?.Value ?? "0"u8.ToArray()), CultureInfo.InvariantCulture, out long number))
        {
            Refuse(ref reply, FaultCode.NotAnInteger, "The value is not an integer.");
            return;
        }

        if ((Int128)number + by is var sum && (sum > long.MaxValue || sum < long.MinValue))
        {
            Refuse(ref reply, FaultCode.Overflow, "The sum does not fit.");
            return;
        }

        Store(key, Encoding.ASCII.GetBytes((number + by).ToString()), pair, ref reply);
        reply.Number = number + by;
    }

    private void List(in Request request, ref Reply reply)
    {
        var page = new ArrayBufferWriter<byte>();
        int count = 0;
        foreach (KeyValuePair<byte[], Pair> entry in Range(request))
        {
            if (count == PageItems || count == request.Argument)
            {
                reply.Flags |= ReplyFlags.More;
                break;
            }

            bool keysOnly = request.Flags.HasFlag(RequestFlags.KeysOnly);
            new PageItem
            {
                Key = entry.Key,
                Value = keysOnly ? [] : entry.Value.Value,
                Revision = new Revision(entry.Value.Revision),
                TimeToLiveMs = entry.Value.TimeToLiveMs,
            }.Write(page);
            count++;
        }

        reply.Payload = page.WrittenSpan;
    }

    private void Clear(in Request request, ref Reply reply)
    {
        Revision bound = request.Revision == Revision.None ? new Revision(_revision) : request.Revision;
        byte[][] matching = [.. Range(request).Where(entry => entry.Value.Revision <= bound.Value).Select(entry => entry.Key)];
        byte[][] step = [.. matching.Take((int)Math.Min(request.Argument, PageItems))];
        foreach (byte[] key in step)
        {
            _pairs.Remove(key);
        }

        reply.Number = step.Length;
        reply.Revision = bound;
        if (step.Length < matching.Length)
        {
            reply.Flags |= ReplyFlags.More;
            reply.Payload = matching[step.Length];
        }
    }

    private List<KeyValuePair<byte[], Pair>> Range(in Request request)
    {
        byte[] start = request.Key.ToArray();
        byte[] end = request.Value.ToArray();
        int least = request.Flags.HasFlag(RequestFlags.AfterStart) ? 1 : 0;
        return [.. _pairs.Where(entry => entry.Key.AsSpan().SequenceCompareTo(start).CompareTo(0) >= least
            && (end.Length == 0 || entry.Key.AsSpan().SequenceCompareTo(end) < 0))];
    }

    private sealed record Pair(byte[] Value, ulong Revision, ulong TimeToLiveMs);
}
