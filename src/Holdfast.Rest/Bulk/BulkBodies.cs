using System.Text.Json.Serialization;
using Holdfast.Rest.Json;

namespace Holdfast.Rest.Bulk;

/// <summary>Bytes as the short forms give them: <c>{"encoding":"string"|"binary","data":…}</c>, <c>binary</c> being base64.</summary>
internal sealed class DataBody
{
    /// <summary>The name of the encoding of text.</summary>
    public const string Text = "string";

    /// <summary>The name of the encoding in base64.</summary>
    public const string Binary = "binary";

    /// <summary>How the data is to be read.</summary>
    public required string? Encoding { get; init; }

    /// <summary>The data as it was sent.</summary>
    [JsonConverter(typeof(TextBytesConverter))]
    public required byte[] Data { get; init; }
}

/// <summary>A key with its value.</summary>
internal sealed class PairBody
{
    /// <summary>The key.</summary>
    public required DataBody Key { get; init; }

    /// <summary>The value.</summary>
    public required DataBody Value { get; init; }
}
