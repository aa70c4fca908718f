namespace Holdfast.Resp.Protocol;

/// <summary>Where an argument's bytes stand in their source.</summary>
internal readonly record struct ArgumentRange(int Offset, int Length);

/// <summary>A whole command, read in place: its name and its arguments.</summary>
internal readonly ref struct RespCommand(ReadOnlySpan<byte> source, ReadOnlySpan<ArgumentRange> arguments)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private readonly ReadOnlySpan<ArgumentRange> _arguments = arguments;

    /// <summary>The number of arguments, the command's name included.</summary>
    public int Count => _arguments.Length;

    /// <summary>An argument; the command's name is number 0.</summary>
    public ReadOnlySpan<byte> this[int index] => _source.Slice(_arguments[index].Offset, _arguments[index].Length);
}
