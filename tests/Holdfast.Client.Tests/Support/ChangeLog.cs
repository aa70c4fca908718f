using System.Buffers;
using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Client.Tests.Support;

/// <summary>The changes of a few partitions behind a <see cref="FakeNode"/>: enough to watch them.</summary>
internal sealed class ChangeLog(int partitions)
{
    private readonly Lock _lock = new();
    private readonly List<(ulong Revision, ChangeKind Kind, string Key, string Value)>[] _changes =
        [.. Enumerable.Range(0, partitions).Select(_ => new List<(ulong, ChangeKind, string, string)>())];

    private readonly ulong[] _floors = new ulong[partitions];
    private readonly List<(GotRequest Request, FakeConnection Connection)> _waiting = [];

    /// <summary>The most changes that a page holds.</summary>
    public int PageLimit { get; set; } = int.MaxValue;

    /// <summary>How many of the next requests get no answer but a broken connection.</summary>
    public int Breaks { get; set; }

    /// <summary>Refuses every request that waits, when set.</summary>
    public FaultCode Refusal { get; set; }

    public void Add(int partition, ChangeKind kind, string key, string value = "")
    {
        lock (_lock)
        {
            List<(ulong Revision, ChangeKind, string, string)> log = _changes[partition];
            log.Add((EndOf(partition) + 1, kind, key, value));
            foreach ((GotRequest request, FakeConnection connection) in _waiting.Where(waiting => waiting.Request.Partition.Value == partition).ToArray())
            {
                _waiting.Remove((request, connection));
                Tell(request, connection);
            }
        }
    }

    /// <summary>Keeps nothing of a partition up to a revision.</summary>
    public void Forget(int partition, ulong through)
    {
        lock (_lock)
        {
            _floors[partition] = through;
            _changes[partition].RemoveAll(change => change.Revision <= through);
        }
    }

    public void Serve(GotRequest request, FakeConnection connection)
    {
        lock (_lock)
        {
            Assert.Equal(Operation.Changes, request.Operation);
            if (request.Flags == RequestFlags.FromNow)
            {
                connection.Reply(new Reply { Id = request.Id, Number = (long)EndOf((int)request.Partition.Value) });
                return;
            }

            Assert.Equal(RequestFlags.Stale, request.Flags);
            if (Refusal != FaultCode.None)
            {
                connection.Fault(request, Refusal, Outcome.NotApplied);
            }
            else if (Breaks > 0)
            {
                Breaks--;
                connection.Dispose();
            }
            else if (EndOf((int)request.Partition.Value) > request.Revision.Value)
            {
                Tell(request, connection);
            }
            else
            {
                _waiting.Add((request, connection));
            }
        }
    }

    private ulong EndOf(int partition) => _changes[partition].Count > 0 ? _changes[partition][^1].Revision : _floors[partition];

    private void Tell(GotRequest request, FakeConnection connection)
    {
        int partition = (int)request.Partition.Value;
        if (request.Revision.Value < _floors[partition])
        {
            connection.Reply(new Reply { Id = request.Id, Flags = ReplyFlags.Gap, Number = (long)_floors[partition] });
            return;
        }

        var rest = _changes[partition].Where(change => change.Revision > request.Revision.Value).ToList();
        var page = rest.Take(PageLimit).ToList();
        var items = new ArrayBufferWriter<byte>();
        foreach ((ulong revision, ChangeKind kind, string key, string value) in page)
        {
            if (kind == ChangeKind.Flush || Encoding.UTF8.GetBytes(key).AsSpan().StartsWith(request.Key))
            {
                new ChangeItem
                {
                    Kind = kind,
                    Revision = new Revision(revision),
                    Key = Encoding.UTF8.GetBytes(key),
                    Value = Encoding.UTF8.GetBytes(value),
                    TimeToLiveMs = 5,
                }.Write(items);
            }
        }

        connection.Reply(new Reply
        {
            Id = request.Id,
            Flags = page.Count < rest.Count ? ReplyFlags.More : ReplyFlags.None,
            Number = (long)page[^1].Revision,
            Payload = items.WrittenSpan,
        });
    }
}
