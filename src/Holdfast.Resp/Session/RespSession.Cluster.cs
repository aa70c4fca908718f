using System.Buffers.Text;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Resp.Commands;
using Holdfast.Resp.Pending;
using Holdfast.Resp.Protocol;
using Holdfast.Resp.Server;

namespace Holdfast.Resp;

// What is particular to clients that know where keys live: redirections, what this node leads, and stale reads.
public sealed partial class RespSession
{
    private const int MovedBytes = 16;

    /// <summary>Whether reads may be answered by a replica on this node from what it has applied (READONLY).</summary>
    internal bool TakesStaleReads { get; set; }

    // What a watching client reads decides what it writes: a value older than the watch would go unnoticed.
    private bool ReadsStale => TakesStaleReads && !Transaction.IsWatching;

    /// <summary>Whether the client knows where keys live, and is redirected when it is wrong.</summary>
    internal bool IsCluster => Options.Cluster && Server.Routes is not null;

    /// <summary>
    /// The first partition from <paramref name="from"/> on that a command over all keys covers: on the cluster port those that
    /// this node leads; -1 when there is none. A write covers those without a leader too: every node waits for one then, rather
    /// than that all leave it out.
    /// </summary>
    internal int NextCovered(int from, bool isWrite = false)
    {
        for (int p = from; p < Server.Gate.PartitionCount; p++)
        {
            if (!IsCluster)
            {
                return p;
            }

            NodeId? leader = Server.Routes!.LeaderOf(new PartitionId((uint)p));
            if (leader == Server.Routes.Self || (leader is null && isWrite))
            {
                return p;
            }
        }

        return -1;
    }

    /// <summary>All partitions that a command over all keys covers.</summary>
    internal List<int> Covered(bool isWrite)
    {
        List<int> covered = [];
        for (int p = NextCovered(0, isWrite); p >= 0; p = NextCovered(p + 1, isWrite))
        {
            covered.Add(p);
        }

        return covered;
    }

    /// <summary>
    /// Whether this node serves the command's keys, which are in one slot where the command or the client asks for that; answers the
    /// command otherwise.
    /// </summary>
    private bool ServesKeys(CommandSpec spec, in RespCommand command)
    {
        bool isAtomic = spec.IsAtomic || Transaction.IsOpen;
        if (spec.Keys.First == 0
            || Server.Routes is not { } routes
            || !(Options.Cluster || (isAtomic && Server.Gate.PartitionCount > 1)))
        {
            return true;
        }

        int slot = routes.SlotOf(command[spec.Keys.First]);
        if (!AreKeysIn(slot, spec, command, routes) || (isAtomic && !IsOfTransaction(slot, spec, routes)))
        {
            Writer.Error(FaultText.Of(FaultCode.CrossSlot, Outcome.NotApplied, default, spec.IsWrite));
            return false;
        }

        PartitionId partition = routes.PartitionOf(slot);
        if (!Options.Cluster
            || (ReadsStale && !spec.IsWrite && !isAtomic && routes.HasReplica(partition))
            || routes.LeaderOf(partition) is not { } leader
            || leader == routes.Self
            || Server.Nodes.Find(leader.Value) is not { Port: > 0 } node)
        {
            // Without a leader the engine waits for one, and says CLUSTERDOWN at the deadline: an election is no reason for an error.
            // A leader that has no cluster port can't be named to the client: the engine forwards, as on the main port.
            return true;
        }

        WriteMoved(slot, node);
        return false;
    }

    private static bool AreKeysIn(int slot, CommandSpec spec, in RespCommand command, IRouteMap routes)
    {
        int last = spec.Keys.LastIn(command.Count);
        for (int i = spec.Keys.First + spec.Keys.Step; i <= last; i += spec.Keys.Step)
        {
            if (routes.SlotOf(command[i]) != slot)
            {
                return false;
            }
        }

        return true;
    }

    private void WriteMoved(int slot, RedisNode node)
    {
        Span<byte> text = stackalloc byte[MovedBytes + node.Address.Length];
        "MOVED "u8.CopyTo(text);
        int length = "MOVED "u8.Length;
        _ = Utf8Formatter.TryFormat(slot, text[length..], out int digits);
        length += digits;
        text[length++] = (byte)' ';
        node.Address.CopyTo(text[length..]);
        Writer.Error(text[..(length + node.Address.Length)]);
    }

    /// <summary>A read of a client that takes stale ones is one when a follower is here; what is led here is as quick, and not stale.</summary>
    private bool IsStaleRead(in Request request)
    {
        if (!request.Operation.HasKey() || request.Operation.IsWrite() || Server.Routes is not { } routes)
        {
            return false;
        }

        PartitionId partition = routes.PartitionOf(routes.SlotOf(request.Key));
        return routes.HasReplica(partition) && routes.LeaderOf(partition) != routes.Self;
    }
}
