using System.Text.Json;
using Holdfast.Api;

namespace Holdfast.Rest.Batches;

/// <summary>What an operation may say besides its key.</summary>
[Flags]
internal enum OperationFields
{
    None = 0,
    Value = 1 << 0,
    Encoding = 1 << 1,
    Ttl = 1 << 2,
    IfRevision = 1 << 3,
    IfAbsent = 1 << 4,
    By = 1 << 5,
    Revision = 1 << 6,
}

/// <summary>A kind of operation that a batch may have.</summary>
/// <param name="Name">Its name in <c>op</c>.</param>
/// <param name="Operation">What it is to the store.</param>
/// <param name="Required">What it must say.</param>
/// <param name="Optional">What it may say besides.</param>
internal sealed record OperationKind(string Name, Operation Operation, OperationFields Required, OperationFields Optional)
{
    private static readonly OperationKind[] All =
    [
        new("put", Operation.Put, OperationFields.Value,
            OperationFields.Encoding | OperationFields.Ttl | OperationFields.IfRevision | OperationFields.IfAbsent),
        new("append", Operation.Append, OperationFields.Value, OperationFields.Encoding),
        new("increment", Operation.Increment, OperationFields.None, OperationFields.By),
        new("delete", Operation.Delete, OperationFields.None, OperationFields.IfRevision),
        new("get", Operation.Get, OperationFields.None, OperationFields.None),
        new("check", Operation.Check, OperationFields.Revision, OperationFields.None),
    ];

    /// <summary>The names of all kinds.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(kind => kind.Name));

    /// <summary>The kind of a name; null when there is none.</summary>
    public static OperationKind? Find(string? name) => Array.Find(All, kind => kind.Name == name);

    /// <summary>What is wrong with the fields that an operation of this kind has; null when nothing is.</summary>
    public string? Check(OperationBody body)
    {
        OperationFields given = Given(body);
        OperationFields missing = Required & ~given;
        OperationFields excess = given & ~(Required | Optional);
        return missing != OperationFields.None ? $"'{Name}' needs '{NameOf(missing)}'"
            : excess != OperationFields.None ? $"'{Name}' does not take '{NameOf(excess)}'"
            : null;
    }

    private static OperationFields Given(OperationBody body) =>
        Of(body.Value is not null, OperationFields.Value)
        | Of(body.Encoding is not null, OperationFields.Encoding)
        | Of(body.Ttl is not null, OperationFields.Ttl)
        | Of(body.IfRevision is not null, OperationFields.IfRevision)
        | Of(body.IfAbsent is not null, OperationFields.IfAbsent)
        | Of(body.By is not null, OperationFields.By)
        | Of(body.Revision is not null, OperationFields.Revision);

    private static OperationFields Of(bool given, OperationFields field) => given ? field : OperationFields.None;

    /// <summary>The JSON name of the first field of a set.</summary>
    private static string NameOf(OperationFields fields)
    {
        var first = (OperationFields)((int)fields & -(int)fields);
        return JsonNamingPolicy.SnakeCaseLower.ConvertName(first.ToString());
    }
}
