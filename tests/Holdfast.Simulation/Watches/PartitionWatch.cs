using System.Buffers;
using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>
/// Watches one partition from its first change on, as a client does: asks a node, which lets it wait while there is nothing, goes on
/// from where it stands, and asks another when it gets no answer. Every so often it forgets what it was told last and goes on from before,
/// at another node.
/// </summary>
internal sealed class PartitionWatch(World world, PartitionId partition, SeededRandom random)
{
    private const uint TimeoutMs = 1000;
    private const long PatienceMicros = 1500 * VirtualTime.Millisecond;
    private const double CutOff = 0.02;

    private readonly List<WatchedChange> _changes = [];
    private SimHost? _host;
    private ulong _asked;

    /// <summary>All changes told, in their order.</summary>
    public IReadOnlyList<WatchedChange> Changes => _changes;

    /// <summary>The partition.</summary>
    public PartitionId Partition => partition;

    /// <summary>Up to where everything was told.</summary>
    public ulong Position { get; private set; }

    /// <summary>Where the last answer to <see cref="AskForEnd"/> says that the partition ends; null while there is none.</summary>
    public ulong? End { get; private set; }

    /// <summary>How often it went on from an earlier place, on purpose.</summary>
    public int CutOffs { get; private set; }

    /// <summary>How many gaps it was told of.</summary>
    public int Gaps { get; private set; }

    /// <summary>Asks for what comes next, for as long as the world runs.</summary>
    public void Start() => world.After(random.Next(20_000), Ask);

    /// <summary>Asks the leader where the partition ends now, until there is an answer.</summary>
    public void AskForEnd()
    {
        End = null;
        AskEnd();
    }

    private void Ask()
    {
        ulong number = ++_asked;
        var request = new Request
        {
            Operation = Operation.Changes,
            Flags = RequestFlags.Stale,
            Id = number,
            TimeoutMs = TimeoutMs,
            Partition = partition,
            Revision = new Revision(Position),
            Argument = random.Next(3) * 200,
        };
        Send(request, (in Reply reply) =>
        {
            if (number == _asked)
            {
                Take(reply);
            }
        });
        world.After(PatienceMicros, () =>
        {
            if (number == _asked)
            {
                _host = null;
                Ask();
            }
        });
    }

    private void AskEnd()
    {
        var request = new Request
        {
            Operation = Operation.Changes,
            Flags = RequestFlags.FromNow,
            Id = 1,
            TimeoutMs = TimeoutMs,
            Partition = partition,
        };
        Send(request, (in Reply reply) => End = reply.Fault == FaultCode.None ? (ulong)reply.Number : End);
        world.After(PatienceMicros, () =>
        {
            if (End is null)
            {
                AskEnd();
            }
        });
    }

    private void Take(in Reply reply)
    {
        if (reply.Fault == FaultCode.None)
        {
            if ((reply.Flags & ReplyFlags.Gap) != ReplyFlags.None)
            {
                Gaps++;
            }

            Add(reply.Payload);
            Position = (ulong)reply.Number;
            CutOffPerhaps();
        }

        // At once while there is more, and after a while when a node could not tell.
        _asked++;
        world.After(reply.Fault == FaultCode.None ? random.Next(2_000) : 50_000, Ask);
    }

    private void Add(ReadOnlySpan<byte> page)
    {
        while (ChangeItem.TryRead(ref page, out ChangeItem item))
        {
            _changes.Add(new WatchedChange(
                item.Revision.Value, item.Kind, Encoding.Latin1.GetString(item.Key), Encoding.Latin1.GetString(item.Value), item.DeadlineMs != 0));
        }

        if (!page.IsEmpty)
        {
            world.Fail("a page of changes can be read", $"partition {partition}");
        }
    }

    private void CutOffPerhaps()
    {
        if (_changes.Count > 1 && random.Chance(CutOff))
        {
            CutOffs++;
            _host = null;
            int keep = 1 + random.Next(_changes.Count - 1);
            _changes.RemoveRange(keep, _changes.Count - keep);
            Position = _changes[^1].Revision;
        }
    }

    private void Send(in Request request, ReplyAction then)
    {
        var bytes = new ArrayBufferWriter<byte>();
        request.Write(bytes);
        SimHost[] up = world.Hosts.Where(h => h.Node is not null && !h.IsLost).ToArray();
        if (up.Length > 0)
        {
            // A node that is behind is not left for that: it goes on where the watch stands once it has caught up.
            SimHost host = _host = _host is not null && up.Contains(_host) ? _host : random.Pick(up);
            int boot = host.Boot;
            world.After(20 + random.LongTailed(100), () => host.Input(boot, node => node.Open(new Sink(world, then)).Submit(bytes.WrittenSpan)));
        }
    }

    private delegate void ReplyAction(in Reply reply);

    /// <summary>Takes the one answer to one request, which is on its way for a while.</summary>
    private sealed class Sink(World world, ReplyAction then) : IReplySink
    {
        public void OnReplies(ReadOnlySpan<byte> replies)
        {
            byte[] copy = replies.ToArray();
            world.After(100, () =>
            {
                Invariant.Require(Reply.TryRead(copy, out Reply reply, out int length) == OperationStatus.Done && length == copy.Length, "each request gets one reply");
                then(reply);
            });
        }
    }
}
