namespace Holdfast.Simulation;

/// <summary>The bytes of a file in pages, of which only those that were written exist: the others are zeros.</summary>
internal sealed class SparseBytes
{
    private const int PageBytes = 4096;

    private readonly List<byte[]?> _pages = [];

    public long Length { get; private set; }

    /// <summary>Cuts or extends with zeros.</summary>
    public void SetLength(long length)
    {
        int pages = (int)((length + PageBytes - 1) / PageBytes);
        if (length < Length)
        {
            _pages.RemoveRange(Math.Min(pages, _pages.Count), Math.Max(0, _pages.Count - pages));
            if (length % PageBytes != 0 && pages <= _pages.Count && _pages[pages - 1] is { } last)
            {
                last.AsSpan((int)(length % PageBytes)).Clear();
            }
        }

        Length = length;
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        Length = Math.Max(Length, offset + data.Length);
        while (!data.IsEmpty)
        {
            int page = (int)(offset / PageBytes);
            int start = (int)(offset % PageBytes);
            int count = Math.Min(data.Length, PageBytes - start);
            while (_pages.Count <= page)
            {
                _pages.Add(null);
            }

            data[..count].CopyTo((_pages[page] ??= new byte[PageBytes]).AsSpan(start));
            data = data[count..];
            offset += count;
        }
    }

    public int Read(long offset, Span<byte> buffer)
    {
        int total = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        int done = 0;
        while (done < total)
        {
            int page = (int)((offset + done) / PageBytes);
            int start = (int)((offset + done) % PageBytes);
            int count = Math.Min(total - done, PageBytes - start);
            Span<byte> target = buffer.Slice(done, count);
            if (page < _pages.Count && _pages[page] is { } bytes)
            {
                bytes.AsSpan(start, count).CopyTo(target);
            }
            else
            {
                target.Clear();
            }

            done += count;
        }

        return total;
    }

    public SparseBytes Copy()
    {
        SparseBytes copy = new() { Length = Length };
        copy._pages.AddRange(_pages.Select(page => (byte[]?)page?.Clone()));
        return copy;
    }
}
