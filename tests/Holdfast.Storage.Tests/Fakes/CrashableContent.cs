using Holdfast.Primitives;

namespace Holdfast.Storage.Tests.Fakes;

/// <summary>The bytes of a file: as readers see them, as the disk has them, and the changes in between.</summary>
internal sealed class CrashableContent
{
    private const int SectorBytes = 512;
    private readonly List<(long Offset, byte[]? Data)> _unsynced = [];
    private byte[] _visible;
    private byte[] _durable;

    public CrashableContent(ReadOnlySpan<byte> bytes)
    {
        _visible = bytes.ToArray();
        _durable = bytes.ToArray();
    }

    public long Length => _visible.Length;

    public ReadOnlySpan<byte> Visible => _visible;

    public void Write(long offset, ReadOnlySpan<byte> data) => Change(offset, data.ToArray());

    public void SetLength(long length) => Change(length, data: null);

    public void Sync()
    {
        foreach ((long offset, byte[]? data) in _unsynced)
        {
            Apply(ref _durable, offset, data);
        }

        _unsynced.Clear();
    }

    /// <summary>What a failed sync does: readers see the bytes, and no later sync writes them.</summary>
    public void ForgetUnsynced() => _unsynced.Clear();

    public void Corrupt(long offset, byte mask)
    {
        _visible[offset] ^= mask;
        _durable[offset] ^= mask;
    }

    /// <summary>Of what was not synced, each change survives whole, not at all, up to some byte, or in some of its sectors.</summary>
    public void Crash(SeededRandom random)
    {
        foreach ((long offset, byte[]? data) in _unsynced)
        {
            switch (random.Next(4))
            {
                case 0:
                    break;
                case 1:
                    Apply(ref _durable, offset, data);
                    break;
                case 2 when data is not null:
                    Apply(ref _durable, offset, data[..random.Next(data.Length + 1)]);
                    break;
                default:
                    ApplySomeSectors(offset, data, random);
                    break;
            }
        }

        _unsynced.Clear();
        _visible = [.. _durable];
    }

    private void ApplySomeSectors(long offset, byte[]? data, SeededRandom random)
    {
        for (int at = 0; data is not null && at < data.Length; at += SectorBytes)
        {
            if (random.Chance(0.5))
            {
                Apply(ref _durable, offset + at, data[at..Math.Min(data.Length, at + SectorBytes)]);
            }
        }
    }

    private void Change(long offset, byte[]? data)
    {
        Apply(ref _visible, offset, data);
        _unsynced.Add((offset, data));
    }

    private static void Apply(ref byte[] bytes, long offset, byte[]? data)
    {
        if (data is null)
        {
            Array.Resize(ref bytes, checked((int)offset));
            return;
        }

        if (offset + data.Length > bytes.Length)
        {
            Array.Resize(ref bytes, checked((int)(offset + data.Length)));
        }

        data.CopyTo(bytes, offset);
    }
}
