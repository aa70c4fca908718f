using Holdfast.Primitives;

namespace Holdfast.Storage.Tests.Fakes;

/// <summary>An open file of a <see cref="CrashableDisk"/>. It ends when the process or the machine stops.</summary>
internal sealed class CrashableFile(CrashableDisk disk, string name, CrashableContent content) : IDiskFile
{
    private readonly int _openedAfter = disk.Stops;
    private bool _closed;

    public long Length
    {
        get
        {
            RequireOpen();
            return content.Length;
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        RequireOpen();
        disk.RequireRoom(name, offset + data.Length - content.Length);
        try
        {
            disk.Step();
        }
        catch (PowerLossException)
        {
            // The write was on its way: some of it may have come down.
            content.Write(offset, data);
            throw;
        }

        content.Write(offset, data);
    }

    public void WriteAround(long offset, ReadOnlySpan<byte> data) => Write(offset, AlignedWrite.Pad(offset, data, Length));

    public int Read(long offset, Span<byte> buffer)
    {
        RequireOpen();
        int count = (int)Math.Clamp(content.Length - offset, 0, buffer.Length);
        content.Visible.Slice((int)Math.Min(offset, content.Length), count).CopyTo(buffer);
        return count;
    }

    public void SetLength(long length)
    {
        RequireOpen();
        disk.RequireRoom(name, length - content.Length);
        disk.Step();
        content.SetLength(length);
    }

    public void Sync()
    {
        RequireOpen();
        disk.Sync(name, content);
    }

    public void Dispose() => _closed = true;

    private void RequireOpen() =>
        Invariant.Require(!_closed && _openedAfter == disk.Stops, $"{name} is used while it is open");
}
