using Google.Protobuf.Reflection;
using Holdfast.Wire.Control;

namespace Holdfast.Wire.Tests.Control;

/// <summary>
/// The frozen numbers and types of the Protobuf fields. They stand in data directories and between nodes of two versions: when this
/// fails because a field is new, add its line; when a line is gone or changed, bring the field back (mark it as reserved if it is dead).
/// </summary>
public class ControlFormatTests
{
    private const string Frozen = """
        Bootstrap.formation=1 Message Formation
        Bootstrap.map=2 Message ClusterMap
        ClusterMap.hash_seed=1 Fixed64
        ClusterMap.partitions=2 Message PartitionPlacement repeated
        ClusterSettings.max_value_bytes=4 UInt32
        ClusterSettings.partition_by_first_level=3 Bool
        ClusterSettings.partitions=1 UInt32
        ClusterSettings.replicas=2 UInt32
        Formation.cluster_id=1 Bytes
        Formation.members=2 Message Member repeated
        Formation.settings=3 Message ClusterSettings
        GroupReport.bytes=5 Int64
        GroupReport.commit=3 UInt64
        GroupReport.group=1 UInt32
        GroupReport.keys=4 Int64
        GroupReport.replicas=6 Message ReplicaReport repeated
        GroupReport.term=2 UInt64
        Hello.echo=4 UInt64
        Hello.formation=6 Message Formation
        Hello.is_answer=5 Bool
        Hello.peer_count=7 UInt32
        Hello.sender=1 Message Member
        Hello.settings=2 Message ClusterSettings
        Hello.token=3 UInt64
        Manifest.configured_peers=5 String repeated
        Manifest.format=1 UInt32
        Manifest.formation=3 Message Formation
        Manifest.map=4 Message ClusterMap
        Manifest.self=2 Message Member
        Member.address=2 String
        Member.id=1 UInt32
        Member.incarnation=3 Fixed64
        NodeReport.cluster_ms=10 Int64
        NodeReport.disk_free_bytes=3 Int64
        NodeReport.disk_state=5 UInt32
        NodeReport.fsync_p99_us=4 Int64
        NodeReport.led=7 Message GroupReport repeated
        NodeReport.memory_bytes=2 Int64
        NodeReport.replicas=6 UInt32
        NodeReport.resp_cluster_port=8 UInt32
        NodeReport.unix_ms=9 Int64
        NodeReport.version=1 String
        PartitionPlacement.replicas=1 UInt64 repeated
        ReplicaReport.is_active=3 Bool
        ReplicaReport.is_learner=4 Bool
        ReplicaReport.match=2 UInt64
        ReplicaReport.replica=1 UInt64
        SnapshotHeader.configuration=4 Bytes
        SnapshotHeader.format=1 UInt32
        SnapshotHeader.index=2 UInt64
        SnapshotHeader.term=3 UInt64
        SystemCommand.bootstrap=1 Message Bootstrap
        SystemSnapshot.formation=1 Message Formation
        SystemSnapshot.map=2 Message ClusterMap
        """;

    [Fact]
    public void Field_numbers_and_types_are_frozen()
    {
        IEnumerable<string> fields = ControlReflection.Descriptor.MessageTypes
            .SelectMany(message => message.Fields.InDeclarationOrder())
            .Select(Describe)
            .Order(StringComparer.Ordinal);

        Assert.Equal(Frozen.ReplaceLineEndings("\n"), string.Join('\n', fields));
    }

    private static string Describe(FieldDescriptor field) =>
        $"{field.ContainingType.Name}.{field.Name}={field.FieldNumber} {field.FieldType}"
        + (field.FieldType == FieldType.Message ? $" {field.MessageType.Name}" : "")
        + (field.IsRepeated ? " repeated" : "");
}
