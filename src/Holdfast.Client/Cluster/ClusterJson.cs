using System.Text.Json.Serialization;

namespace Holdfast.Client.Cluster;

/// <summary>The cluster's descriptions in the HTTP API's JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ClusterInfo))]
[JsonSerializable(typeof(NodeList))]
[JsonSerializable(typeof(PartitionList))]
[JsonSerializable(typeof(ProblemDocument))]
internal sealed partial class ClusterJson : JsonSerializerContext;

/// <summary>An error as the HTTP API words it.</summary>
/// <param name="Code">Its stable name.</param>
/// <param name="Detail">What happened.</param>
internal sealed record ProblemDocument(string? Code, string? Detail);
