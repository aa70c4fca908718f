using Holdfast.Api;
using Holdfast.Keyspace;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Groups;

/// <content>Telling what changed.</content>
internal sealed partial class PartitionMachine
{
    /// <summary>The most bytes of history that one request looks at, so that it holds up nobody.</summary>
    private const long ScannedAtOnce = 1L << 20;

    private Revision _skipped;

    /// <summary>Plants a bug for the simulator's checkers to find: what comes with a snapshot is not told.</summary>
    public bool SkipsChangesOfSnapshots { get; set; }

    /// <summary>Answers a request for changes from the history as it is, after a revision that may be later than the one it names.</summary>
    public Reply ReadChanges(in Request request, Revision after)
    {
        var reply = new Reply { Id = request.Id, ServedBy = self, Partition = partition };
        ReadChanges(request, after, ref reply);
        return reply;
    }

    private void ReadChanges(in Request request, Revision after, ref Reply reply)
    {
        reply.Revision = State.Revision;
        reply.Number = (long)State.Revision.Value;
        if ((request.Flags & RequestFlags.FromNow) != RequestFlags.None)
        {
            return;
        }

        _page.ResetWrittenCount();
        var query = new ChangeQuery
        {
            After = after < _skipped ? _skipped : after,
            Prefix = request.Key,
            MaxBytes = Limits.PageBytes,
            MaxScannedBytes = ScannedAtOnce,
        };
        var page = new ChangeWriter(this);
        ChangesResult result = State.ReadChanges(query, ref page);
        reply.Number = (long)result.Through.Value;
        reply.Flags = (result.More ? ReplyFlags.More : ReplyFlags.None) | (result.HasGap ? ReplyFlags.Gap : ReplyFlags.None);
        reply.Payload = _page.WrittenSpan;
    }

    private readonly struct ChangeWriter(PartitionMachine machine) : IChangeVisitor
    {
        public void Visit(ChangeView change) => new ChangeItem
        {
            Kind = (Api.ChangeKind)change.Kind,
            Revision = change.Revision,
            DeadlineMs = change.DeadlineMs,
            TimeToLiveMs = machine.TimeToLive(change.DeadlineMs),
            Key = change.Key,
            Value = change.Value,
        }.Write(machine._page);
    }
}
