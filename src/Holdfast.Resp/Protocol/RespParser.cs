using Holdfast.Primitives;

namespace Holdfast.Resp.Protocol;

/// <summary>
/// Reads commands in place, as arrays of bulk strings or as inline text. Incremental: it remembers how far it came, so that a
/// command that arrives in many pieces is parsed once. Commands that are too large are skipped as they arrive, without being
/// kept. Not thread-safe.
/// </summary>
internal sealed class RespParser
{
    /// <summary>The most arguments of one command.</summary>
    public const int MaxArguments = 1024 * 1024;

    /// <summary>The longest inline command and the longest header line, in bytes.</summary>
    public const int MaxLineBytes = 64 * 1024;

    /// <summary>The longest argument that is skipped; a header that announces more is a protocol error, as in Redis.</summary>
    public const int MaxSkippedBytes = 512 * 1024 * 1024;

    // Beyond these lengths, buffers are not kept from one command to the next.
    private const int KeptArguments = 1024;
    private const byte CarriageReturn = (byte)'\r';

    private ArgumentRange[] _arguments = new ArgumentRange[8];
    private byte[] _inline = [];
    private State _state;
    private int _position;
    private int _count;
    private int _expected;
    private int _bulkLength;
    private long _commandBytes;
    private int _seen;

    private enum State : byte
    {
        Start,
        Header,
        Body,
        Whole,
    }

    /// <summary>The longest argument that is taken, in bytes.</summary>
    public required int MaxBulkBytes { get; set; }

    /// <summary>The longest command that is taken, in bytes.</summary>
    public required long MaxCommandBytes { get; set; }

    /// <summary>The error after <see cref="ParseStatus.Refused"/> and <see cref="ParseStatus.ProtocolError"/>, without its code and line end.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether the whole command came as inline text.</summary>
    public bool IsInline { get; private set; }

    /// <summary>The least length of input, without what was used up, at which <see cref="Read"/> can make progress.</summary>
    public int NeededBytes { get; private set; } = 1;

    /// <summary>
    /// Reads the first command of the input, which begins with the first byte not used up yet. <paramref name="used"/> is the
    /// number of bytes that need not be given again: of a whole command all of it, once <see cref="Next"/> was called.
    /// </summary>
    public ParseStatus Read(ReadOnlySpan<byte> input, out int used)
    {
        used = 0;
        if (_state == State.Whole)
        {
            used = _position;
            return ParseStatus.Command;
        }

        ParseStatus status = _state != State.Start ? ParseStatus.Command : input[0] == '*' ? ReadCount(input) : ReadInline(input);
        if (_state is State.Header or State.Body)
        {
            status = ReadArguments(input);
        }

        if (status != ParseStatus.NeedMoreData)
        {
            used = _position;
            return status;
        }

        used = Error is null ? 0 : DropSkipped();
        NeededBytes = _state == State.Body && Error is null ? _position + _bulkLength + 2 : input.Length - used + 1;
        return status;
    }

    /// <summary>The whole command; <paramref name="input"/> is what <see cref="Read"/> was given.</summary>
    public RespCommand Command(ReadOnlySpan<byte> input)
    {
        Invariant.Require(_state == State.Whole, "a command is taken when it is whole");
        return new RespCommand(IsInline ? _inline : input, _arguments.AsSpan(0, _count));
    }

    /// <summary>Goes on to the command after the one that <see cref="Read"/> found.</summary>
    public void Next()
    {
        _state = State.Start;
        _position = 0;
        _seen = 0;
        _count = 0;
        _commandBytes = 0;
        NeededBytes = 1;
        Error = null;
        IsInline = false;
        if (_arguments.Length > KeptArguments)
        {
            _arguments = new ArgumentRange[8];
        }

        if (_inline.Length > KeptArguments)
        {
            _inline = [];
        }
    }

    private ParseStatus ReadCount(ReadOnlySpan<byte> input)
    {
        ParseStatus status = ReadNumber(input, 1, "Protocol error: too big mbulk count string", out long count, out int next);
        if (status == ParseStatus.ProtocolError && Error is null)
        {
            return Fail("Protocol error: invalid multibulk length");
        }

        if (status != ParseStatus.Command)
        {
            return status;
        }

        if (count > MaxArguments)
        {
            return Fail("Protocol error: invalid multibulk length");
        }

        _position = next;
        if (count <= 0)
        {
            return ParseStatus.Nothing;
        }

        _expected = (int)count;
        _commandBytes = next;
        _state = State.Header;
        return ParseStatus.Command;
    }

    private ParseStatus ReadArguments(ReadOnlySpan<byte> input)
    {
        while (_count < _expected)
        {
            if (_state == State.Header)
            {
                ParseStatus status = ReadHeader(input);
                if (status != ParseStatus.Command)
                {
                    return status;
                }
            }

            if (!ReadBody(input))
            {
                return ParseStatus.NeedMoreData;
            }
        }

        if (Error is not null)
        {
            return ParseStatus.Refused;
        }

        _state = State.Whole;
        return ParseStatus.Command;
    }

    private ParseStatus ReadHeader(ReadOnlySpan<byte> input)
    {
        if (_position >= input.Length)
        {
            _seen = input.Length;
            return ParseStatus.NeedMoreData;
        }

        string? refusal = Error;
        Error = null;
        ParseStatus status = ReadNumber(input, _position + 1, "Protocol error: too big bulk count string", out long length, out int next);
        if (status == ParseStatus.NeedMoreData)
        {
            Error = refusal;
            return status;
        }

        if (Error is not null)
        {
            return status;
        }

        if (input[_position] != '$')
        {
            return Fail($"Protocol error: expected '$', got '{(char)input[_position]}'");
        }

        if (status != ParseStatus.Command || length is < 0 or > MaxSkippedBytes)
        {
            return Fail("Protocol error: invalid bulk length");
        }

        _commandBytes += next - _position + length + 2;
        _position = next;
        _bulkLength = (int)length;
        _state = State.Body;
        Error = refusal ?? Refusal(length);
        return ParseStatus.Command;
    }

    private string? Refusal(long length) => length > MaxBulkBytes
        ? "string exceeds maximum allowed size (proto-max-bulk-len)"
        : _commandBytes > MaxCommandBytes ? $"command exceeds maximum allowed size of {MaxCommandBytes} bytes" : null;

    /// <summary>Takes the argument that a header announced; of a command that is refused, skips as much of it as there is.</summary>
    private bool ReadBody(ReadOnlySpan<byte> input)
    {
        int needed = _bulkLength + 2;
        int available = input.Length - _position;
        if (available < needed && Error is null)
        {
            return false;
        }

        if (available < needed)
        {
            _position += available;
            _bulkLength -= available;
            return false;
        }

        if (Error is null)
        {
            AddArgument(new ArgumentRange(_position, _bulkLength));
        }
        else
        {
            _count++;
        }

        _position += needed;
        _state = State.Header;
        return true;
    }

    private int DropSkipped()
    {
        int skipped = _position;
        _seen = Math.Max(0, _seen - skipped);
        _position = 0;
        return skipped;
    }

    private ParseStatus ReadInline(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> window = input[..Math.Min(input.Length, MaxLineBytes + 1)];
        int newline = window[_seen..].IndexOf((byte)'\n');
        if (newline < 0)
        {
            _seen = window.Length;
            return window.Length > MaxLineBytes ? Fail("Protocol error: too big inline request") : ParseStatus.NeedMoreData;
        }

        newline += _seen;
        ReadOnlySpan<byte> line = window[..newline];
        if (line.EndsWith("\r"u8))
        {
            line = line[..^1];
        }

        if (_inline.Length < line.Length)
        {
            _inline = new byte[line.Length];
        }

        _position = newline + 1;
        InlineSplitter splitter = new(line, _inline);
        while (splitter.TryNext(out ArgumentRange argument))
        {
            AddArgument(argument);
        }

        if (splitter.Unbalanced)
        {
            return Fail("Protocol error: unbalanced quotes in request");
        }

        if (_count == 0)
        {
            return ParseStatus.Nothing;
        }

        IsInline = true;
        _state = State.Whole;
        return ParseStatus.Command;
    }

    private void AddArgument(ArgumentRange argument)
    {
        if (_count == _arguments.Length)
        {
            Array.Resize(ref _arguments, _count * 2);
        }

        _arguments[_count++] = argument;
    }

    /// <summary>Reads the number of a header line. A protocol error without <see cref="Error"/> is a line that is not a number.</summary>
    private ParseStatus ReadNumber(ReadOnlySpan<byte> input, int start, string tooLong, out long value, out int next)
    {
        value = 0;
        next = start;
        while (next < input.Length && next - start < 10 && (uint)(input[next] - '0') <= 9)
        {
            value = (value * 10) + (input[next++] - '0');
        }

        bool canonical = next > start && (input[start] != '0' || next == start + 1);
        if (canonical && next + 1 < input.Length && input[next] == CarriageReturn)
        {
            next += 2;
            return ParseStatus.Command;
        }

        return ReadUnusualNumber(input, start, tooLong, out value, out next);
    }

    private ParseStatus ReadUnusualNumber(ReadOnlySpan<byte> input, int start, string tooLong, out long value, out int next)
    {
        value = 0;
        next = start;
        int from = Math.Max(_seen, start);
        ReadOnlySpan<byte> window = input[..Math.Min(input.Length, start + MaxLineBytes)];
        int end = from < window.Length ? window[from..].IndexOf(CarriageReturn) : -1;
        if (end < 0)
        {
            _seen = window.Length;
            return window.Length >= start + MaxLineBytes ? Fail(tooLong) : ParseStatus.NeedMoreData;
        }

        end += from;
        if (end + 1 >= input.Length)
        {
            _seen = end;
            return ParseStatus.NeedMoreData;
        }

        next = end + 2;
        return IntegerText.TryParse(input[start..end], out value) ? ParseStatus.Command : ParseStatus.ProtocolError;
    }

    private ParseStatus Fail(string error)
    {
        Error = error;
        return ParseStatus.ProtocolError;
    }
}
