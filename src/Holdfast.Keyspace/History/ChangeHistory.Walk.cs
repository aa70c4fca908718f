using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>Snapshots.</content>
internal sealed partial class ChangeHistory
{
    /// <summary>Begins to write what is kept now. One walk at a time.</summary>
    public HistoryWalk BeginWalk()
    {
        Invariant.Require(_walk is null, "a history has one walk at a time");
        return _walk = new HistoryWalk(this, _blocks, Count == 0 ? _blocks.End : _blocks.Settle(_first));
    }

    /// <summary>Called when the walk needs nothing more; <see cref="Trim"/> and <see cref="Reclaim"/> free what it held back.</summary>
    public void EndWalk() => _walk = null;

    /// <summary>Called when the walk has written a change, which may have been the last reason to keep it.</summary>
    public void FreeWritten() => Free(1);
}
