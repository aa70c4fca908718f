using System.Buffers.Text;
using System.Text;

namespace Holdfast.Cli.Bench.Connections;

/// <summary>What a reply says, without its value.</summary>
/// <param name="IsNull">Whether it is the null of RESP2 or RESP3.</param>
/// <param name="Error">The text of an error; null when it is none.</param>
internal readonly record struct RespReply(bool IsNull, string? Error);

/// <summary>
/// Reads the replies of the commands that a benchmark sends (simple strings, errors, integers, bulk strings, null) from pieces of any
/// size. Values are skipped, not kept. Not thread-safe.
/// </summary>
internal sealed class RespReplyReader
{
    /// <summary>Longer lines are errors with a long text, of which the rest is dropped.</summary>
    private const int MaxLineBytes = 512;

    private readonly byte[] _line = new byte[MaxLineBytes];
    private int _lineBytes;
    private long _bodyBytes;

    /// <summary>Takes the bytes of the next reply from the front of <paramref name="bytes"/>; false when all are taken and it is not whole.</summary>
    /// <exception cref="InvalidDataException">These are no such replies.</exception>
    public bool TryRead(ref ReadOnlySpan<byte> bytes, out RespReply reply)
    {
        reply = default;
        if (_bodyBytes == 0)
        {
            if (!TryReadLine(ref bytes))
            {
                return false;
            }

            bool whole = ReadHead(_line.AsSpan(0, _lineBytes), out reply);
            _lineBytes = 0;
            if (whole)
            {
                return true;
            }
        }

        int skipped = (int)Math.Min(_bodyBytes, bytes.Length);
        _bodyBytes -= skipped;
        bytes = bytes[skipped..];
        return _bodyBytes == 0;
    }

    /// <summary>Gathers a line without its line feed.</summary>
    private bool TryReadLine(ref ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)'\n');
        ReadOnlySpan<byte> part = end < 0 ? bytes : bytes[..end];
        int kept = Math.Min(part.Length, MaxLineBytes - _lineBytes);
        part[..kept].CopyTo(_line.AsSpan(_lineBytes));
        _lineBytes += kept;
        bytes = end < 0 ? [] : bytes[(end + 1)..];
        return end >= 0;
    }

    /// <summary>Whether the reply ends with its first line; if not, the rest is to be skipped.</summary>
    private bool ReadHead(ReadOnlySpan<byte> line, out RespReply reply)
    {
        line = line.TrimEnd((byte)'\r');
        reply = default;
        switch (line.IsEmpty ? 0 : line[0])
        {
            case (byte)'+' or (byte)':':
                return true;
            case (byte)'_':
                reply = new RespReply(true, null);
                return true;
            case (byte)'-':
                reply = new RespReply(false, Encoding.UTF8.GetString(line[1..]));
                return true;
            case (byte)'$' when Utf8Parser.TryParse(line[1..], out long length, out int used) && used == line.Length - 1 && length >= -1:
                reply = new RespReply(length < 0, null);
                _bodyBytes = length < 0 ? 0 : length + 2;
                return length < 0;
            default:
                throw new InvalidDataException($"'{Encoding.UTF8.GetString(line)}' is no reply of the Redis protocol that was asked for");
        }
    }
}
