namespace Holdfast.Runtime.Space;

/// <summary>What a snapshot's file that is being written takes of the disk.</summary>
internal sealed class FileRoom(DiskSpace space)
{
    /// <summary>At least what a writer holds back in memory, to write whole blocks: it is not in the file yet when its work is done.</summary>
    private const long HeldBackBytes = 512 * 1024;

    private long _taken;
    private long _written;
    private long _settled;

    /// <summary>Bytes are handed to the disk.</summary>
    public void Take(long bytes)
    {
        _taken += bytes;
        space.Take(bytes);
    }

    /// <summary>Bytes came back, or failed.</summary>
    public void Written(long bytes)
    {
        _written += bytes;
        SettleThrough(_written - HeldBackBytes);
    }

    /// <summary>The file is whole, or gone.</summary>
    public void End() => SettleThrough(_taken);

    private void SettleThrough(long bytes)
    {
        if (bytes > _settled)
        {
            space.Settle(bytes - _settled);
            _settled = bytes;
        }
    }
}
