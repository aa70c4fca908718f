namespace Holdfast.Keyspace;

/// <summary>What happened to a key. The numbers are in snapshots: never change or reuse one.</summary>
public enum ChangeKind : byte
{
    /// <summary>It has a new value, or another deadline; the change holds the whole value.</summary>
    Put = 1,

    /// <summary>It was deleted.</summary>
    Delete = 2,

    /// <summary>Its deadline came.</summary>
    Expire = 3,

    /// <summary>All keys were deleted as one change, which has no key.</summary>
    Flush = 4,
}
