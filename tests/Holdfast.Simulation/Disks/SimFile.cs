using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>What a crash did to a file or folder.</summary>
internal readonly record struct CrashLoss(bool Lost, bool Torn);

/// <summary>
/// A file's contents: what a reader sees now, what is on the medium, and the changes between, in order. A crash keeps some of
/// those changes, as a cache that writes back when it likes would.
/// </summary>
internal sealed class SimFile
{
    /// <summary>What the medium writes whole or not at all.</summary>
    public const int SectorBytes = 512;

    private readonly List<Change> _unsynced = [];
    private SparseBytes _durable = new();

    public SparseBytes Contents { get; private set; } = new();

    public bool HasUnsynced => _unsynced.Count > 0;

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        Contents.Write(offset, data);
        _unsynced.Add(new Change(offset, data.ToArray()));
    }

    public void SetLength(long length)
    {
        Contents.SetLength(length);
        _unsynced.Add(new Change(length, null));
    }

    public void Sync()
    {
        foreach (Change change in _unsynced)
        {
            change.ApplyTo(_durable);
        }

        _unsynced.Clear();
    }

    /// <summary>A sync failed: the cache drops its dirty marks, so what was written can be read but will never be durable.</summary>
    public void ForgetUnsynced() => _unsynced.Clear();

    /// <summary>Flips one bit of the medium, and of the cache when it holds no newer data there.</summary>
    public bool FlipBit(SeededRandom random)
    {
        if (_durable.Length == 0 || HasUnsynced)
        {
            return false;
        }

        long offset = (long)(random.NextDouble() * _durable.Length);
        Span<byte> one = stackalloc byte[1];
        _durable.Read(offset, one);
        one[0] ^= (byte)(1 << random.Next(8));
        _durable.Write(offset, one);
        Contents.Write(offset, one);
        return true;
    }

    /// <summary>Loses what the medium does not hold: nothing, everything, all after some moment, or single sectors of the unsynced changes.</summary>
    public CrashLoss LosePower(SeededRandom random)
    {
        CrashLoss loss = default;
        if (HasUnsynced)
        {
            loss = random.Next(4) switch
            {
                0 => new CrashLoss(Lost: true, Torn: false),
                1 => KeepAll(),
                2 => KeepPrefix(random),
                _ => KeepSectors(random),
            };
            _unsynced.Clear();
        }

        Contents = _durable.Copy();
        return loss;
    }

    private CrashLoss KeepAll()
    {
        Sync();
        return default;
    }

    private CrashLoss KeepPrefix(SeededRandom random)
    {
        int kept = random.Next(_unsynced.Count);
        for (int i = 0; i < kept; i++)
        {
            _unsynced[i].ApplyTo(_durable);
        }

        // The change on which the power failed is half done.
        return new CrashLoss(Lost: true, Torn: _unsynced[kept].ApplySectorsTo(_durable, SectorBytes, SomePrefix(random)));
    }

    private CrashLoss KeepSectors(SeededRandom random)
    {
        bool torn = false;
        foreach (Change change in _unsynced)
        {
            torn |= change.ApplySectorsTo(_durable, SectorBytes, _ => random.Chance(0.5));
        }

        return new CrashLoss(Lost: true, torn);
    }

    private static Func<int, bool> SomePrefix(SeededRandom random)
    {
        bool on = true;
        return _ => on &= random.Chance(0.7);
    }

    /// <summary>A write at an offset or, without data, a new length.</summary>
    private readonly record struct Change(long Offset, byte[]? Data)
    {
        public void ApplyTo(SparseBytes file)
        {
            if (Data is null)
            {
                file.SetLength(Offset);
            }
            else
            {
                file.Write(Offset, Data);
            }
        }

        /// <summary>Writes the chosen sectors, cut where the medium's sectors end; true when that tore the write.</summary>
        public bool ApplySectorsTo(SparseBytes file, int sectorBytes, Func<int, bool> keeps)
        {
            if (Data is null)
            {
                if (keeps(0))
                {
                    file.SetLength(Offset);
                }

                return false;
            }

            int kept = 0;
            int sectors = 0;
            for (int start = 0; start < Data.Length; sectors++)
            {
                int toBoundary = sectorBytes - (int)((Offset + start) % sectorBytes);
                int count = Math.Min(toBoundary, Data.Length - start);
                if (keeps(sectors))
                {
                    file.Write(Offset + start, Data.AsSpan(start, count));
                    kept++;
                }

                start += count;
            }

            return kept > 0 && kept < sectors;
        }
    }
}
