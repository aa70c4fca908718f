using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>A machine's disk and the cache before it. It outlives the processes; a loss of power keeps what was synced and a seeded part of the rest.</summary>
public sealed class SimDisk : IDisk
{
    private readonly World _world;
    private readonly int _host;
    private readonly SeededRandom _random;
    private readonly FolderTree _tree = new();
    private readonly long _size;
    private long _limit;
    private long _used;
    private CrashPoint _crashPoint;
    private int _opsToCrash;
    private bool _crashing;
    private bool _failsNextSync;

    internal SimDisk(World world, int host, long size, SeededRandom random)
    {
        _world = world;
        _host = host;
        _random = random;
        _size = size;
        _limit = size;
    }

    /// <inheritdoc/>
    public long FreeBytes => Math.Max(0, _limit - _used);

    /// <summary>Grows when the open files of a process become invalid.</summary>
    internal int Generation { get; private set; }

    /// <summary>How many operations there were.</summary>
    internal ulong Operations { get; private set; }

    /// <summary>How many times slower than usual it is.</summary>
    internal int Slowness { get; set; } = 1;

    /// <summary>Nothing completes before this moment of virtual time.</summary>
    internal long HangsUntil { get; set; }

    /// <summary>Syncs answer without doing anything: the planted mistake of a write that is acknowledged too early.</summary>
    internal bool SyncsLie { get; set; }

    /// <inheritdoc/>
    public IDiskFile Create(string name, long allocate = 0)
    {
        Enter();
        Invariant.Require(!_tree.Files.ContainsKey(name), $"{name} is created once");
        Require(allocate, name);
        SimFile file = new();
        if (allocate > 0)
        {
            file.SetLength(allocate);
            _used += allocate;
        }

        _tree.Set(name, file);
        Leave(CrashPoint.AtFolderChange);
        return new SimFileHandle(this, name, file);
    }

    /// <inheritdoc/>
    public IDiskFile Open(string name)
    {
        Enter();
        SimFile file = Find(name);
        Leave();
        return new SimFileHandle(this, name, file);
    }

    /// <inheritdoc/>
    public bool Exists(string name) => _tree.Files.ContainsKey(name);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder) =>
        _tree.Files.Keys.Where(name => FolderTree.FolderOf(name) == folder)
            .Select(name => folder.Length == 0 ? name : name[(folder.Length + 1)..])
            .ToArray();

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        Enter();
        Find(from);
        _tree.Rename(from, to);
        RecountUse();
        Leave(CrashPoint.AtFolderChange);
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        Enter();
        bool exists = Exists(name);
        if (exists)
        {
            _tree.Set(name, null);
            RecountUse();
        }

        Leave(exists ? CrashPoint.AtFolderChange : CrashPoint.AfterOperations);
    }

    /// <inheritdoc/>
    public void SyncFolder(string folder)
    {
        Enter();
        FailIfPlanned(folder);
        if (!SyncsLie)
        {
            _tree.SyncFolder(folder);
        }

        Leave();
    }

    internal void Write(string name, SimFile file, long offset, ReadOnlySpan<byte> data)
    {
        Enter();
        Grow(name, offset + data.Length - file.Contents.Length);
        file.Write(offset, data);
        Leave(data.Length > SimFile.SectorBytes ? CrashPoint.InLargeWrite : CrashPoint.AfterOperations);
    }

    internal void SetLength(string name, SimFile file, long length)
    {
        Enter();
        Grow(name, length - file.Contents.Length);
        file.SetLength(length);
        RecountUse();
        Leave();
    }

    internal void Sync(string name, SimFile file)
    {
        Enter();
        if (_failsNextSync)
        {
            file.ForgetUnsynced();
        }

        FailIfPlanned(name);
        if (!SyncsLie)
        {
            file.Sync();
        }

        Leave();
    }

    /// <summary>The machine crashes in the middle of what the disk does, in this process or a later one.</summary>
    internal void CrashAt(CrashPoint point, int operations = 1)
    {
        _crashPoint = point;
        _opsToCrash = operations;
    }

    /// <summary>The next sync fails.</summary>
    internal void FailNextSync() => _failsNextSync = true;

    /// <summary>Leaves only so many bytes free.</summary>
    internal void LeaveFree(long bytes) => _limit = Math.Min(_size, _used + bytes);

    /// <summary>Makes the whole size usable again.</summary>
    internal void FreeSpace() => _limit = _size;

    /// <summary>Ends all that is wrong with the disk, except for what is damaged or lost.</summary>
    internal void Heal()
    {
        FreeSpace();
        Slowness = 1;
        HangsUntil = 0;
        _failsNextSync = false;
        _crashPoint = CrashPoint.None;
    }

    /// <summary>Flips a bit of some file on the medium; false when there is none to flip.</summary>
    internal bool FlipBit(SeededRandom random) =>
        _tree.Files.Count > 0 && random.Pick(_tree.Files.Values.ToArray()).FlipBit(random);

    /// <summary>Loses everything.</summary>
    internal void Wipe()
    {
        CloseAll();
        _tree.Wipe();
        RecountUse();
    }

    /// <summary>The process ended: its open files are no more.</summary>
    internal void CloseAll()
    {
        Generation++;
        _crashing = false;
    }

    /// <summary>Power is lost: what was not synced is lost, whole or in part.</summary>
    internal void LosePower()
    {
        CloseAll();
        if (_tree.LosePower(_random))
        {
            _world.Count(FaultKind.LostFolderChange);
        }

        foreach (SimFile file in _tree.Files.Values)
        {
            CrashLoss loss = file.LosePower(_random);
            if (loss.Lost)
            {
                _world.Count(FaultKind.LostUnsyncedWrite);
            }

            if (loss.Torn)
            {
                _world.Count(FaultKind.TornWrite);
            }
        }

        RecountUse();
    }

    // Once the machine has crashed nothing more reaches the disk, whatever blocks the exception still runs through.
    private void Enter()
    {
        if (_crashing)
        {
            throw new SimulatedCrashException();
        }

        Operations++;
    }

    // The crash comes after the operation reached the cache, from which LosePower takes any part of it away again.
    private void Leave(CrashPoint passed = CrashPoint.AfterOperations)
    {
        bool due = _crashPoint == CrashPoint.AfterOperations ? --_opsToCrash <= 0 : _crashPoint == passed;
        if (due && _crashPoint != CrashPoint.None)
        {
            _crashing = true;
            _crashPoint = CrashPoint.None;
            _world.Count(FaultKind.CrashInDiskWork);
            throw new SimulatedCrashException();
        }
    }

    private void FailIfPlanned(string what)
    {
        if (_failsNextSync)
        {
            _failsNextSync = false;
            _world.Count(FaultKind.FailedSync);
            throw new DiskException(DiskFault.Failed, $"sync of '{what}' on n{_host} failed");
        }
    }

    private SimFile Find(string name) => _tree.Files.TryGetValue(name, out SimFile? file)
        ? file
        : throw new DiskException(DiskFault.Failed, $"no file '{name}' on n{_host}");

    private void Grow(string name, long bytes)
    {
        if (bytes > 0)
        {
            Require(bytes, name);
            _used += bytes;
        }
    }

    private void Require(long bytes, string name)
    {
        if (bytes > FreeBytes)
        {
            throw new DiskException(DiskFault.Full, $"no space for {bytes} bytes of '{name}' on n{_host}");
        }
    }

    private void RecountUse() => _used = _tree.Files.Values.Sum(file => file.Contents.Length);
}
