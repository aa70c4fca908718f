using System.Buffers;
using Holdfast.Api;

namespace Holdfast.Client.Connections;

/// <summary>The bytes received and not yet read, in one piece. Grows to a large reply and shrinks after it. Not thread-safe.</summary>
internal sealed class ReplyBuffer
{
    private const int UsualBytes = 64 * 1024;

    private byte[] _bytes = new byte[UsualBytes];
    private int _start;
    private int _end;

    /// <summary>Where to receive to; never empty.</summary>
    public Memory<byte> Free()
    {
        int held = _end - _start;
        if (held == 0 && _bytes.Length > UsualBytes)
        {
            _bytes = new byte[UsualBytes];
        }
        else if (_end == _bytes.Length && _start == 0)
        {
            Array.Resize(ref _bytes, Math.Min(_bytes.Length * 2, NativeProtocol.MaxMessageBytes + sizeof(uint)));
        }
        else if (_start > 0)
        {
            _bytes.AsSpan(_start, held).CopyTo(_bytes);
        }

        (_start, _end) = (0, held);
        return _bytes.AsMemory(_end);
    }

    /// <summary>Notes that so many bytes were received.</summary>
    public void Received(int count) => _end += count;

    /// <summary>Reads the next reply, whose payload lasts until <see cref="Free"/>.</summary>
    public OperationStatus TryRead(out Reply reply)
    {
        OperationStatus status = Reply.TryRead(_bytes.AsSpan(_start, _end - _start), out reply, out int consumed);
        _start += consumed;
        return status;
    }
}
