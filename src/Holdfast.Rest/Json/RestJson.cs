using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Api;
using Holdfast.Rest.Batches;
using Holdfast.Rest.Bulk;
using Holdfast.Rest.Cluster;
using Holdfast.Rest.KeyValue;

namespace Holdfast.Rest.Json;

/// <summary>The JSON of version 1, generated at compile time: names in snake_case, states in kebab-case, instants in UTC.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    GenerationMode = JsonSourceGenerationMode.Default,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(InstantConverter), typeof(KebabCase<ClusterHealth>), typeof(KebabCase<NodeState>), typeof(KebabCase<DiskState>),
        typeof(KebabCase<PartitionState>), typeof(KebabCase<ReplicaRole>), typeof(KebabCase<ReplicaState>),
    ])]
[JsonSerializable(typeof(PutBody))]
[JsonSerializable(typeof(AppendBody))]
[JsonSerializable(typeof(IncrementBody))]
[JsonSerializable(typeof(DeleteBody))]
[JsonSerializable(typeof(ClearBody))]
[JsonSerializable(typeof(BatchBody))]
[JsonSerializable(typeof(BoundedList<PairBody>))]
[JsonSerializable(typeof(BoundedList<DataBody>))]
[JsonSerializable(typeof(ClusterBody))]
[JsonSerializable(typeof(NodesBody))]
[JsonSerializable(typeof(PartitionsBody))]
[JsonSerializable(typeof(StatusBody))]
internal sealed partial class RestJson : JsonSerializerContext;

/// <summary>Writes a state by its name in kebab-case, such as <c>no-leader</c>.</summary>
internal sealed class KebabCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower)
    where T : struct, Enum;

/// <summary>Writes an instant in UTC with a <c>Z</c> (RFC 3339).</summary>
internal sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}
