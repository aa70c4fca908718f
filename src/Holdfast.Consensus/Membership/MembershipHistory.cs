using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// The configurations along the log in memory. The last one is in force, committed or not (Ongaro §4.1), so that
/// truncation of the log brings the one before back.
/// </summary>
internal sealed class MembershipHistory
{
    private readonly List<(LogIndex Index, Configuration Configuration)> _changes = [];

    /// <summary>Begins with the configuration of a snapshot.</summary>
    public MembershipHistory(SnapshotMeta start) => Restart(start);

    /// <summary>The configuration in force.</summary>
    public Configuration Current => _changes[^1].Configuration;

    /// <summary>The one that truncation would bring back; the one in force when there is none.</summary>
    public Configuration Previous => _changes[Math.Max(0, _changes.Count - 2)].Configuration;

    /// <summary>The index of its entry.</summary>
    public LogIndex CurrentIndex => _changes[^1].Index;

    /// <summary>Puts the configuration of the entry at <paramref name="index"/> in force.</summary>
    public void Append(LogIndex index, Configuration configuration)
    {
        Invariant.Require(index > CurrentIndex, "configurations follow each other along the log");
        _changes.Add((index, configuration));
    }

    /// <summary>Entries from <paramref name="index"/> on are gone. True when another configuration is in force now.</summary>
    public bool Truncate(LogIndex index)
    {
        int kept = _changes.Count;
        while (_changes[kept - 1].Index >= index)
        {
            kept--;
            Invariant.Require(kept > 0, "the first configuration is committed");
        }

        bool changed = kept < _changes.Count;
        _changes.RemoveRange(kept, _changes.Count - kept);
        return changed;
    }

    /// <summary>The configuration at <paramref name="index"/>, which was not forgotten.</summary>
    public Configuration At(LogIndex index)
    {
        int found = _changes.FindLastIndex(change => change.Index <= index);
        Invariant.Require(found >= 0, "the configuration at that index was not forgotten");
        return _changes[found].Configuration;
    }

    /// <summary>Forgets what only entries before <paramref name="upTo"/> need.</summary>
    public void Compact(LogIndex upTo)
    {
        int gone = 0;
        while (gone + 1 < _changes.Count && _changes[gone + 1].Index <= upTo)
        {
            gone++;
        }

        _changes.RemoveRange(0, gone);
    }

    /// <summary>Begins anew with the configuration of a snapshot.</summary>
    public void Restart(SnapshotMeta start)
    {
        _changes.Clear();
        _changes.Add((start.Id.Index, start.Configuration));
    }
}
