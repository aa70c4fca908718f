namespace Holdfast.Simulation;

/// <summary>What can go wrong in a world.</summary>
public enum FaultKind
{
    /// <summary>Single frames are lost.</summary>
    FrameLoss,

    /// <summary>Single frames arrive twice.</summary>
    FrameDuplication,

    /// <summary>Single frames are overtaken by later ones.</summary>
    FrameReordering,

    /// <summary>A link delays all its frames by a long time.</summary>
    Clog,

    /// <summary>A connection breaks and loses the end of what was under way.</summary>
    ConnectionBreak,

    /// <summary>The nodes fall into two parts that do not hear each other.</summary>
    Partition,

    /// <summary>One part hears the other but is not heard.</summary>
    OneWayPartition,

    /// <summary>A node that leads a group is cut off from all others.</summary>
    IsolatedLeader,

    /// <summary>A link goes up and down quickly.</summary>
    FlappingLink,

    /// <summary>A node's process and machine crash; it starts again later.</summary>
    Crash,

    /// <summary>A node crashes in the middle of a piece of disk work.</summary>
    CrashInDiskWork,

    /// <summary>All nodes lose power at once.</summary>
    PowerLoss,

    /// <summary>A crash lost writes that were not synced. Follows from crashes.</summary>
    LostUnsyncedWrite,

    /// <summary>A crash kept some sectors of an unsynced write and not others. Follows from crashes.</summary>
    TornWrite,

    /// <summary>A crash lost a creation, renaming or removal whose folder was not synced. Follows from crashes.</summary>
    LostFolderChange,

    /// <summary>A node stands still for a while, then finds all its inputs at once.</summary>
    Pause,

    /// <summary>A node's wall clock is set forward or back, or set right again.</summary>
    ClockJump,

    /// <summary>The wall clocks of most nodes are set forward or back at once, all by as much.</summary>
    MajorityClockJump,

    /// <summary>A disk takes many times longer.</summary>
    SlowDisk,

    /// <summary>A disk answers nothing for a while.</summary>
    HungDisk,

    /// <summary>A disk has almost no space left.</summary>
    FullDisk,

    /// <summary>A sync fails, and what it should have made durable is gone from the cache.</summary>
    FailedSync,

    /// <summary>A bit of what was durable flips. Only when asked for.</summary>
    BitFlip,

    /// <summary>A node's data is gone when it starts again. Only when asked for.</summary>
    WipedDisk,

    /// <summary>
    /// Two leaders of a group take turns, each cut off before its entries are committed, as in figure 8 of the Raft paper. Counted
    /// when the story came to its end.
    /// </summary>
    FigureEight,

    /// <summary>A node's data is gone after a majority that needed it acknowledged writes, and it can vote at once. Only when asked for.</summary>
    WipedVoter,

    /// <summary>A leader is asked to hand over.</summary>
    LeadershipTransfer,

    /// <summary>A group's membership is changed.</summary>
    MembershipChange,

    /// <summary>A snapshot is taken and the log cut.</summary>
    ForcedSnapshot,
}
