using System.Globalization;
using Holdfast.Api;
using Holdfast.Resp.Pending;
using Holdfast.Resp.Protocol;
using Holdfast.Resp.Server;

namespace Holdfast.Resp.Commands;

/// <summary>CLUSTER, and the switches of connections that know where keys live. Both ports tell of the cluster ports.</summary>
internal static class ClusterCommands
{
    /// <summary>CLUSTER SLOTS.</summary>
    public static void Slots(RespSession session, in RespCommand command)
    {
        if (!TryDescribe(session, out RedisCluster cluster))
        {
            return;
        }

        (SlotSpan Span, RedisNode Master)[] ranges =
        [
            .. from node in cluster.Nodes
                from span in cluster.SlotsOf(node)
                orderby span.First
                select (span, node),
        ];
        session.Writer.Array(ranges.Length);
        foreach ((SlotSpan span, RedisNode master) in ranges)
        {
            ClusterReplies.WriteSlots(session.Writer, span, [master, .. cluster.ReplicasOf(master)]);
        }
    }

    /// <summary>CLUSTER SHARDS.</summary>
    public static void Shards(RespSession session, in RespCommand command)
    {
        if (TryDescribe(session, out RedisCluster cluster))
        {
            session.Writer.Array(cluster.Shards.Count);
            foreach (RedisShard shard in cluster.Shards)
            {
                ClusterReplies.WriteShard(session.Writer, shard);
            }
        }
    }

    /// <summary>CLUSTER NODES.</summary>
    public static void Nodes(RespSession session, in RespCommand command)
    {
        if (TryDescribe(session, out RedisCluster cluster))
        {
            session.Writer.Text(ClusterReplies.NodesOf(cluster, session.Server.Clock.UnixTimeMicroseconds / 1000));
        }
    }

    /// <summary>CLUSTER INFO.</summary>
    public static void Info(RespSession session, in RespCommand command)
    {
        if (TryDescribe(session, out RedisCluster cluster))
        {
            session.Writer.Text(ClusterReplies.InfoOf(cluster));
        }
    }

    /// <summary>CLUSTER MYID.</summary>
    public static void MyId(RespSession session, in RespCommand command)
    {
        if (TryFind(session, out RedisNode self))
        {
            session.Writer.Bulk(self.Name);
        }
    }

    /// <summary>CLUSTER KEYSLOT key.</summary>
    public static void KeySlot(RespSession session, in RespCommand command)
    {
        if (TryFind(session, out _))
        {
            session.Writer.Integer(session.Server.Routes!.SlotOf(command[2]));
        }
    }

    /// <summary>CLUSTER COUNTKEYSINSLOT slot.</summary>
    public static void CountKeysInSlot(RespSession session, in RespCommand command)
    {
        if (!TryFind(session, out _))
        {
            return;
        }

        if (!IntegerText.TryParse(command[2], out long slot))
        {
            session.Writer.Error("ERR value is not an integer or out of range"u8);
        }
        else if (slot is < 0 or >= ScanCursor.Slots)
        {
            session.Writer.Error("ERR Invalid slot"u8);
        }
        else
        {
            AskSlot(session, (int)slot, long.MaxValue, countOnly: true);
        }
    }

    /// <summary>CLUSTER GETKEYSINSLOT slot count.</summary>
    public static void GetKeysInSlot(RespSession session, in RespCommand command)
    {
        if (!TryFind(session, out _))
        {
            return;
        }

        if (!IntegerText.TryParse(command[2], out long slot) || !IntegerText.TryParse(command[3], out long count))
        {
            session.Writer.Error("ERR value is not an integer or out of range"u8);
        }
        else if (slot is < 0 or >= ScanCursor.Slots || count < 0)
        {
            session.Writer.Error("ERR Invalid slot or number of keys"u8);
        }
        else
        {
            AskSlot(session, (int)slot, Math.Min(count, session.Options.MaxKeysReply), countOnly: false);
        }
    }

    /// <summary>READONLY: replicas on this node may answer reads from what they have applied.</summary>
    public static void ReadOnly(RespSession session, in RespCommand command) => SetStaleReads(session, true);

    /// <summary>READWRITE: reads are linearizable again.</summary>
    public static void ReadWrite(RespSession session, in RespCommand command) => SetStaleReads(session, false);

    /// <summary>ASKING: there is nothing to ask for, since no slot is ever served by two nodes.</summary>
    public static void Asking(RespSession session, in RespCommand command)
    {
        if (TryFind(session, out _))
        {
            session.Writer.Ok();
        }
    }

    private static void SetStaleReads(RespSession session, bool on)
    {
        if (TryFind(session, out _))
        {
            session.TakesStaleReads = on;
            session.Writer.Ok();
        }
    }

    /// <summary>On the cluster port a slot that another node serves has no keys here, as in Redis.</summary>
    private static void AskSlot(RespSession session, int slot, long max, bool countOnly)
    {
        IRouteMap routes = session.Server.Routes!;
        SlotKeys keys = new(routes, slot, max, session.Options.MaxGatheredBytes, countOnly) { Number = session.NextNumber };
        if (max == 0 || (session.IsCluster && routes.LeaderOf(routes.PartitionOf(slot)) != routes.Self))
        {
            keys.Write(session.Writer);
            return;
        }

        session.Gather(keys, exclusive: true);
        keys.Start(session);
    }

    private static bool TryDescribe(RespSession session, out RedisCluster cluster)
    {
        cluster = TryFind(session, out RedisNode self) ? new RedisCluster(session.Server.Nodes, self, session.Server.Routes!) : default!;
        return cluster is not null;
    }

    /// <summary>This node as clients of Redis Cluster know it; answers the command when there is no such thing, or not yet.</summary>
    private static bool TryFind(RespSession session, out RedisNode self)
    {
        RespServer server = session.Server;
        self = server.Nodes.Self!;
        if (server.Routes is null || self is { Port: 0 })
        {
            session.Writer.Error("ERR This instance has cluster support disabled"u8);
            return false;
        }

        if (self is null || server.Gate.PartitionCount == 0 || server.Nodes.View.Partitions.Count == 0)
        {
            session.Writer.Error(FaultText.Starting);
            return false;
        }

        return true;
    }
}
