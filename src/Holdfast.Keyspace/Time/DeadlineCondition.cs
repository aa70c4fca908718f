namespace Holdfast.Keyspace;

/// <summary>
/// What must hold of a key's deadline for an expire to apply, as Redis 7.0 has it. Stored in the log: bits are never changed or
/// reused. <see cref="IfSet"/> may go with <see cref="IfLater"/> or <see cref="IfEarlier"/>; no others go together.
/// </summary>
[Flags]
public enum DeadlineCondition : byte
{
    /// <summary>Always met.</summary>
    None = 0,

    /// <summary>NX: met when the key has no deadline.</summary>
    IfUnset = 1,

    /// <summary>XX: met when the key has a deadline.</summary>
    IfSet = 2,

    /// <summary>GT: met when the new deadline is after the key's. Never, when the key has none.</summary>
    IfLater = 4,

    /// <summary>LT: met when the new deadline is before the key's. Always, when the key has none.</summary>
    IfEarlier = 8,
}

/// <summary>The rules of <see cref="DeadlineCondition"/>.</summary>
internal static class DeadlineConditions
{
    /// <summary>Whether the bits are known and go together.</summary>
    public static bool IsValid(this DeadlineCondition condition) => (byte)condition is 0 or 1 or 2 or 4 or 6 or 8 or 10;

    /// <summary>Whether the condition is met by a key with that deadline, 0 standing for none, that is to get another.</summary>
    public static bool IsMetBy(this DeadlineCondition condition, ulong present, ulong next) => condition switch
    {
        DeadlineCondition.None => true,
        DeadlineCondition.IfUnset => present == 0,
        DeadlineCondition.IfSet => present != 0,
        DeadlineCondition.IfEarlier => present == 0 || next < present,
        DeadlineCondition.IfEarlier | DeadlineCondition.IfSet => present != 0 && next < present,
        _ => present != 0 && next > present,
    };
}
