namespace Holdfast.Keyspace;

/// <summary>What a batch does about operations that fail. Stored in the log: numbers are never changed or reused.</summary>
public enum BatchMode : byte
{
    /// <summary>
    /// All or nothing. The first operation that fails ends the batch, and nothing of it has changed anything. To find nothing to get,
    /// measure, delete or expire is no failure.
    /// </summary>
    Atomic = 0,

    /// <summary>
    /// As Redis has it between MULTI and EXEC: the checks come first, and if one fails nothing is done. Then each operation runs, and
    /// one that fails says so in its place while the others take effect.
    /// </summary>
    Sequential = 1,
}
