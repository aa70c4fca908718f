using Holdfast.Primitives;

namespace Holdfast.Storage.Tests.Fakes;

/// <summary>
/// A disk in memory that behaves as badly as a real one may: what was not synced is lost, kept or torn at a crash, names
/// come and go until their folder is synced, a failed sync drops what it should have kept, space runs out, bits flip.
/// A function of its calls and of the <see cref="SeededRandom"/>s handed in. Not thread-safe.
/// </summary>
public sealed class CrashableDisk : IDisk
{
    private readonly List<NameChange> _unsyncedNames = [];
    private readonly Dictionary<string, CrashableContent> _durableNames = new(StringComparer.Ordinal);
    private Dictionary<string, CrashableContent> _names = new(StringComparer.Ordinal);
    private int _stepsLeft = int.MaxValue;

    /// <summary>The bytes that fit on the disk.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Whether the next sync fails. Its bytes can still be read afterwards, but are gone after a crash.</summary>
    public bool FailNextSync { get; set; }

    /// <summary>How many changes were made, syncs included.</summary>
    public int Steps { get; private set; }

    /// <summary>How often a file was synced.</summary>
    public int Syncs { get; private set; }

    /// <summary>How often the machine or the process has stopped. Files that were open before are useless.</summary>
    public int Stops { get; private set; }

    /// <inheritdoc/>
    public long FreeBytes => Capacity - _names.Values.Sum(content => content.Length);

    /// <summary>Lets so many more changes happen; the one after them throws <see cref="PowerLossException"/>.</summary>
    public void LosePowerAfter(int steps) => _stepsLeft = steps;

    /// <summary>The machine stops and starts again: what was not synced survives in part, as the random numbers have it.</summary>
    public void Crash(SeededRandom random)
    {
        foreach (NameChange change in _unsyncedNames)
        {
            if (random.Chance(0.5))
            {
                change.ApplyTo(_durableNames);
            }
        }

        foreach (CrashableContent content in _names.Values.Concat(_durableNames.Values).Distinct())
        {
            content.Crash(random);
        }

        _unsyncedNames.Clear();
        _names = new Dictionary<string, CrashableContent>(_durableNames, StringComparer.Ordinal);
        StopProcess();
    }

    /// <summary>Only the process stops: the kernel still holds what was not synced, and hands it out, but it is no safer than before.</summary>
    public void StopProcess()
    {
        _stepsLeft = int.MaxValue;
        FailNextSync = false;
        Stops++;
    }

    /// <summary>Flips bits of one byte, on the disk itself.</summary>
    public void Corrupt(string name, long offset, byte mask) => _names[name].Corrupt(offset, mask);

    /// <summary>The file's bytes, as a reader sees them now.</summary>
    public byte[] Bytes(string name) => _names[name].Visible.ToArray();

    /// <summary>Every file's name, in ordinal order.</summary>
    public IReadOnlyList<string> Names => [.. _names.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Puts a file there as if it had always been there.</summary>
    public void Plant(string name, ReadOnlySpan<byte> bytes)
    {
        var content = new CrashableContent(bytes);
        _names[name] = content;
        _durableNames[name] = content;
    }

    /// <summary>Takes a file away as if it had never been there.</summary>
    public void Lose(string name)
    {
        _names.Remove(name);
        _durableNames.Remove(name);
    }

    /// <inheritdoc/>
    public IDiskFile Create(string name, long allocate = 0)
    {
        Step();
        if (_names.ContainsKey(name))
        {
            throw new DiskException(DiskFault.Failed, $"create {name}: it exists");
        }

        RequireRoom(name, allocate);
        var content = new CrashableContent([]);
        content.SetLength(allocate);
        Change(new NameChange(name, content));
        return new CrashableFile(this, name, content);
    }

    /// <inheritdoc/>
    public IDiskFile Open(string name) => new CrashableFile(this, name, Content(name, "open"));

    /// <inheritdoc/>
    public bool Exists(string name) => _names.ContainsKey(name);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder)
    {
        string prefix = folder.Length == 0 ? "" : folder + "/";
        return [.. _names.Keys
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && !name[prefix.Length..].Contains('/', StringComparison.Ordinal))
            .Select(name => name[prefix.Length..])
            .Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        Step();
        CrashableContent content = Content(from, "rename");
        Change(new NameChange(to, content, from));
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        if (_names.ContainsKey(name))
        {
            Step();
            Change(new NameChange(name, Content: null));
        }
    }

    /// <inheritdoc/>
    public void SyncFolder(string folder)
    {
        Step();
        foreach (NameChange change in _unsyncedNames.Where(change => change.Folder == folder))
        {
            change.ApplyTo(_durableNames);
        }

        _unsyncedNames.RemoveAll(change => change.Folder == folder);
    }

    internal void Step()
    {
        if (_stepsLeft == 0)
        {
            throw new PowerLossException();
        }

        _stepsLeft--;
        Steps++;
    }

    internal void RequireRoom(string name, long growth)
    {
        if (growth > FreeBytes)
        {
            throw new DiskException(DiskFault.Full, $"no room for {growth} bytes in {name}");
        }
    }

    internal void Sync(string name, CrashableContent content)
    {
        Step();
        Syncs++;
        if (FailNextSync)
        {
            FailNextSync = false;
            content.ForgetUnsynced();
            throw new DiskException(DiskFault.Failed, $"sync {name}: input/output error");
        }

        content.Sync();
    }

    private CrashableContent Content(string name, string operation) =>
        _names.TryGetValue(name, out CrashableContent? content)
            ? content
            : throw new DiskException(DiskFault.Failed, $"{operation} {name}: no such file");

    private void Change(NameChange change)
    {
        change.ApplyTo(_names);
        _unsyncedNames.Add(change);
    }

    private sealed record NameChange(string Name, CrashableContent? Content, string? From = null)
    {
        public string Folder => Name.Contains('/', StringComparison.Ordinal) ? Name[..Name.LastIndexOf('/')] : "";

        public void ApplyTo(Dictionary<string, CrashableContent> names)
        {
            if (From is not null)
            {
                names.Remove(From);
            }

            if (Content is null)
            {
                names.Remove(Name);
            }
            else
            {
                names[Name] = Content;
            }
        }
    }
}

/// <summary>The machine stopped in the middle of a change. Nothing but a test catches it.</summary>
public sealed class PowerLossException() : Exception("the power is gone");
