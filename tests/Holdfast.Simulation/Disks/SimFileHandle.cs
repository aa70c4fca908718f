using Holdfast.Primitives;
using Holdfast.Storage.Tests.Fakes;

namespace Holdfast.Simulation;

/// <summary>A file that a process has open; it becomes invalid with the process.</summary>
internal sealed class SimFileHandle(SimDisk disk, string name, SimFile file) : IDiskFile
{
    private readonly int _generation = disk.Generation;
    private bool _disposed;

    public long Length => Checked().Contents.Length;

    public void Write(long offset, ReadOnlySpan<byte> data) => disk.Write(name, Checked(), offset, data);

    public void WriteAround(long offset, ReadOnlySpan<byte> data) => Write(offset, AlignedWrite.Pad(offset, data, Length));

    public int Read(long offset, Span<byte> buffer) => Checked().Contents.Read(offset, buffer);

    public void SetLength(long length) => disk.SetLength(name, Checked(), length);

    public void Sync() => disk.Sync(name, Checked());

    public void Dispose() => _disposed = true;

    private SimFile Checked()
    {
        Invariant.Require(!_disposed, $"{name} is used while it is open");
        Invariant.Require(_generation == disk.Generation, $"{name} is used by the process that opened it");
        return file;
    }
}
