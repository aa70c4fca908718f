namespace Holdfast.Tests.Shared;

/// <summary>Counts the managed bytes that one thread allocates.</summary>
internal readonly struct ManagedBytes
{
    private readonly long _before;

    private ManagedBytes(long before) => _before = before;

    /// <summary>What the thread, the one that began, has allocated since.</summary>
    public long Allocated => GC.GetAllocatedBytesForCurrentThread() - _before;

    /// <summary>
    /// Begins to count on this thread. A collection that another test causes may count what is left of the thread's allocation context, up to
    /// 8 KiB, as allocated; so it begins without one, and has none as long as it allocates nothing.
    /// </summary>
    public static ManagedBytes Begin()
    {
        GC.Collect(0);
        return new ManagedBytes(GC.GetAllocatedBytesForCurrentThread());
    }
}
