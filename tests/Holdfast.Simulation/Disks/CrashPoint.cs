namespace Holdfast.Simulation;

/// <summary>Where in the work of a disk a machine crashes.</summary>
internal enum CrashPoint
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>After a number of operations of any kind.</summary>
    AfterOperations,

    /// <summary>Right after a file is created, renamed or removed, before its folder is synced.</summary>
    AtFolderChange,

    /// <summary>In a write of more than one sector, before it is synced.</summary>
    InLargeWrite,
}
