using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>Reads one segment at a time, whole, into a buffer that is used again for the next one.</summary>
internal sealed class SegmentContent(IDisk disk)
{
    private byte[] _buffer = [];
    private Segment? _loaded;

    /// <summary>The bytes of a segment, valid until another one is asked for.</summary>
    public ReadOnlySpan<byte> Of(Segment segment)
    {
        int length = checked((int)segment.Bytes);
        if (_loaded != segment)
        {
            if (_buffer.Length < length)
            {
                _buffer = new byte[length];
            }

            using IDiskFile file = disk.Open(segment.Path);
            int read = file.Read(0, _buffer.AsSpan(0, length));
            Invariant.Require(read == length, "a segment keeps its length while it is recovered");
            _loaded = segment;
        }

        return _buffer.AsSpan(0, length);
    }
}
