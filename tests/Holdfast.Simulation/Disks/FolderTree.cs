using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>
/// Which file has which name: as the process sees it, and as the medium has it. A change of names becomes durable when its folder
/// is synced, together with the earlier changes of the same names.
/// </summary>
internal sealed class FolderTree
{
    private readonly SortedDictionary<string, SimFile> _names = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SimFile> _durable = new(StringComparer.Ordinal);
    private List<Change> _unsynced = [];

    /// <summary>The files by name.</summary>
    public IReadOnlyDictionary<string, SimFile> Files => _names;

    public void Set(string name, SimFile? file) => Do(new Change(name, file, null));

    public void Rename(string from, string to) => Do(new Change(to, _names[from], from));

    public void SyncFolder(string folder)
    {
        List<Change> kept = [];
        List<Change> durable = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = _unsynced.Count - 1; i >= 0; i--)
        {
            Change change = _unsynced[i];
            bool taken = change.Touches(folder) || change.Names.Any(names.Contains);
            if (taken)
            {
                names.UnionWith(change.Names);
            }

            (taken ? durable : kept).Add(change);
        }

        durable.Reverse();
        durable.ForEach(change => change.ApplyTo(_durable));
        kept.Reverse();
        _unsynced = kept;
    }

    /// <summary>Loses some of the unsynced changes, and with each all later ones of the same names. True when any was lost.</summary>
    public bool LosePower(SeededRandom random)
    {
        double chance = random.Next(3) * 0.5;
        HashSet<string> lost = new(StringComparer.Ordinal);
        foreach (Change change in _unsynced)
        {
            if (change.Names.Any(lost.Contains) || !random.Chance(chance))
            {
                lost.UnionWith(change.Names);
            }
            else
            {
                change.ApplyTo(_durable);
            }
        }

        _unsynced.Clear();
        _names.Clear();
        foreach ((string name, SimFile file) in _durable)
        {
            _names.Add(name, file);
        }

        return lost.Count > 0;
    }

    public void Wipe()
    {
        _names.Clear();
        _durable.Clear();
        _unsynced.Clear();
    }

    public static string FolderOf(string name) => name.LastIndexOf('/') is >= 0 and int slash ? name[..slash] : "";

    private void Do(Change change)
    {
        change.ApplyTo(_names);
        _unsynced.Add(change);
    }

    /// <summary>A name now means a file, or none; with a rename, another name means none any more.</summary>
    private sealed record Change(string Name, SimFile? File, string? RenamedFrom)
    {
        public IEnumerable<string> Names => RenamedFrom is null ? [Name] : [Name, RenamedFrom];

        public bool Touches(string folder) => Names.Any(name => FolderOf(name) == folder);

        public void ApplyTo(SortedDictionary<string, SimFile> names)
        {
            if (RenamedFrom is not null)
            {
                names.Remove(RenamedFrom);
            }

            if (File is null)
            {
                names.Remove(Name);
            }
            else
            {
                names[Name] = File;
            }
        }
    }
}
