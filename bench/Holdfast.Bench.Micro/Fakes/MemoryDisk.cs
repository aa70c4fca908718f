using Holdfast.Primitives;

namespace Holdfast.Bench.Micro.Fakes;

/// <summary>
/// A disk that costs nothing: the beginning of each file is kept, and the rest is dropped, as is all of a segment of the log; nothing
/// reads those back while a node runs.
/// </summary>
internal sealed class MemoryDisk : IDisk
{
    private const int KeptBytes = 64 * 1024;

    private readonly Dictionary<string, MemoryFile> _files = new(StringComparer.Ordinal);

    public long FreeBytes => long.MaxValue;

    public IDiskFile Create(string name, long allocate = 0) => _files[name] = new MemoryFile(allocate);

    public IDiskFile Open(string name) =>
        _files.TryGetValue(name, out MemoryFile? file) ? file : throw new DiskException(DiskFault.Failed, $"{name} is not there");

    public bool Exists(string name) => _files.ContainsKey(name);

    public IReadOnlyList<string> List(string folder) =>
    [
        .. from name in _files.Keys
           let slash = name.LastIndexOf('/')
           where (slash < 0 ? string.Empty : name[..slash]) == folder
           orderby name
           select name[(slash + 1)..],
    ];

    public void Rename(string from, string to)
    {
        _files[to] = _files[from];
        _files.Remove(from);
    }

    public void Delete(string name) => _files.Remove(name);

    public void SyncFolder(string folder)
    {
    }

    private sealed class MemoryFile(long length) : IDiskFile
    {
        private readonly byte[] _bytes = length > KeptBytes ? [] : new byte[KeptBytes];

        public long Length { get; private set; } = length;

        public void Write(long offset, ReadOnlySpan<byte> data)
        {
            Length = Math.Max(Length, offset + data.Length);
            if (offset + data.Length <= _bytes.Length)
            {
                data.CopyTo(_bytes.AsSpan((int)offset));
            }
        }

        public int Read(long offset, Span<byte> buffer)
        {
            int count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
            buffer[..count].Clear();
            if (offset < _bytes.Length)
            {
                ReadOnlySpan<byte> kept = _bytes.AsSpan((int)offset);
                kept[..Math.Min(kept.Length, count)].CopyTo(buffer);
            }

            return count;
        }

        public void SetLength(long length) => Length = length;

        public void Sync()
        {
        }

        public void Dispose()
        {
        }
    }
}
