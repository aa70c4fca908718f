namespace Holdfast.Cli.Bench.Workload;

/// <summary>What one operation of a workload does.</summary>
internal enum OperationKind
{
    /// <summary>Reads one key.</summary>
    Read,

    /// <summary>Sets a key that is there.</summary>
    Update,

    /// <summary>Sets a key that was not there.</summary>
    Insert,

    /// <summary>Lists some pairs in order from a key on.</summary>
    Scan,

    /// <summary>Reads a key, then sets it; both count as one operation.</summary>
    ReadModifyWrite,

    /// <summary>Adds one to a counter.</summary>
    Increment,
}

/// <summary>What is asked of kinds.</summary>
internal static class OperationKinds
{
    public const int Count = 6;

    /// <summary>Whether an operation whose answer is lost may have changed something.</summary>
    public static bool IsWrite(this OperationKind kind) => kind is not (OperationKind.Read or OperationKind.Scan);

    /// <summary>The name in reports.</summary>
    public static string Name(this OperationKind kind) => kind switch
    {
        OperationKind.ReadModifyWrite => "read-modify-write",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
