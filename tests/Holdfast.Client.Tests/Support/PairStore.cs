using System.Buffers;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Client.Tests.Support;

/// <summary>
/// A few partitions of pairs behind a <see cref="FakeNode"/>: enough to list, count and clear them. A key's first byte decides.
/// </summary>
internal sealed class PairStore(int partitions)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<byte[], byte[]> _pairs =
        new(Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right)));

    /// <summary>The most pairs that a page holds, whatever is asked.</summary>
    public int PageLimit { get; init; } = int.MaxValue;

    /// <summary>The requests that came.</summary>
    public List<GotRequest> Requests { get; } = [];

    public void Put(byte[] key, byte[] value) => _pairs[key] = value;

    public void Serve(GotRequest request, FakeConnection connection)
    {
        lock (_lock)
        {
            Requests.Add(request);
            switch (request.Operation)
            {
                case Operation.List: List(request, connection); break;
                case Operation.Count: connection.Reply(new Reply { Id = request.Id, Number = Of(request).Count }); break;
                case Operation.Clear: Clear(request, connection); break;
                default: connection.Fault(request, FaultCode.Unsupported, Outcome.NotApplied); break;
            }
        }
    }

    private List<byte[]> Of(GotRequest request) => [.. _pairs.Keys.Where(key =>
        key[0] % partitions == request.Partition.Value
        && key.AsSpan().SequenceCompareTo(request.Key) >= (request.Flags.HasFlag(RequestFlags.AfterStart) ? 1 : 0)
        && (request.Value.Length == 0 || key.AsSpan().SequenceCompareTo(request.Value) < 0))];

    private void List(GotRequest request, FakeConnection connection)
    {
        List<byte[]> keys = Of(request);
        int count = (int)Math.Min(Math.Min(keys.Count, PageLimit), request.Argument);
        var page = new ArrayBufferWriter<byte>();
        foreach (byte[] key in keys.Take(count))
        {
            bool keysOnly = request.Flags.HasFlag(RequestFlags.KeysOnly);
            new PageItem { Key = key, Value = keysOnly ? [] : _pairs[key], Revision = new Revision(1) }.Write(page);
        }

        ReplyFlags more = count < keys.Count ? ReplyFlags.More : ReplyFlags.None;
        connection.Reply(new Reply { Id = request.Id, Flags = more, Payload = page.WrittenSpan });
    }

    private void Clear(GotRequest request, FakeConnection connection)
    {
        List<byte[]> keys = Of(request);
        List<byte[]> step = [.. keys.Take(PageLimit)];
        step.ForEach(key => _pairs.Remove(key));
        bool more = step.Count < keys.Count;
        connection.Reply(new Reply
        {
            Id = request.Id,
            Number = step.Count,
            Flags = more ? ReplyFlags.More : ReplyFlags.None,
            Revision = new Revision(77),
            Payload = more ? keys[step.Count] : [],
        });
    }
}
