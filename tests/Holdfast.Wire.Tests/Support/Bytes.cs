using System.Buffers;

namespace Holdfast.Wire.Tests.Support;

/// <summary>What encoders wrote, as readable bytes.</summary>
internal static class Bytes
{
    public static byte[] Of(Action<IBufferWriter<byte>> encode)
    {
        var output = new ArrayBufferWriter<byte>();
        encode(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The hexadecimal digits of a golden format, whose blanks and line ends part its fields.</summary>
    public static string Hex(string golden) => golden.Replace(" ", "", StringComparison.Ordinal).ReplaceLineEndings("");
}
