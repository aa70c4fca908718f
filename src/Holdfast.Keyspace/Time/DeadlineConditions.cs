namespace Holdfast.Keyspace;

/// <summary>
/// What must hold of the deadline that a present key has for an expire to apply; all that are set must. Stored in the log: bits are
/// never changed or reused.
/// </summary>
[Flags]
public enum DeadlineConditions : byte
{
    /// <summary>Always met.</summary>
    None = 0,

    /// <summary>Met when the key does not expire.</summary>
    Lasting = 1,

    /// <summary>Met when the key expires.</summary>
    Expiring = 2,

    /// <summary>Met when the new deadline is later. A key that does not expire has the latest deadline there is.</summary>
    Later = 4,

    /// <summary>Met when the new deadline is earlier. A key that does not expire has the latest deadline there is.</summary>
    Earlier = 8,
}
