using System.Buffers;

namespace Holdfast.Keyspace;

/// <summary>Why bytes are not a command.</summary>
public enum CommandError
{
    /// <summary>They are one.</summary>
    None,

    /// <summary>They end too early.</summary>
    Truncated,

    /// <summary>They go on after the end.</summary>
    TrailingBytes,

    /// <summary>They are of a format version that this program does not know.</summary>
    UnknownVersion,

    /// <summary>They name a kind of command that this program does not know.</summary>
    UnknownKind,

    /// <summary>They carry flags or blocks that this program does not know.</summary>
    UnknownFlags,

    /// <summary>A number in them is out of its range.</summary>
    OutOfRange,
}

/// <summary>
/// The stored form of commands: little-endian, versioned, frozen by golden tests. A header of version (u8), kind (u8) and flags
/// (u16), then the fields of the kind, each with its length. See <c>CommandCodecTests</c> for the bytes of each kind.
/// </summary>
public static class CommandCodec
{
    /// <summary>The format version that is written.</summary>
    public const byte Version = 1;

    /// <summary>How many bytes <see cref="Encode(in Command, Span{byte})"/> writes.</summary>
    public static int SizeOf(in Command command) => throw new NotSupportedException();

    /// <summary>Writes a command.</summary>
    public static void Encode(in Command command, IBufferWriter<byte> output) => throw new NotSupportedException();

    /// <summary>Writes a command into a span of at least <see cref="SizeOf"/> bytes; returns the bytes written.</summary>
    public static int Encode(in Command command, Span<byte> output) => throw new NotSupportedException();

    /// <summary>Reads exactly one command, in place. On failure says why, and the command is empty.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> source, out Command command, out CommandError error) => throw new NotSupportedException();
}
