using System.Globalization;
using System.Text;

namespace Holdfast.Cli.Output;

/// <summary>Bytes as one line of text: UTF-8 as it is, except for what would break the line or the terminal.</summary>
internal static class PlainText
{
    /// <summary>Control characters, backslashes and what is not UTF-8 are written as <c>\t \n \r \\ \xNN</c>.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            if (valid && !Rune.IsControl(rune) && rune.Value != '\\')
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (byte each in bytes[..length])
                {
                    text.Append(Escaped(each));
                }
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    private static string Escaped(byte each) => each switch
    {
        (byte)'\t' => "\\t",
        (byte)'\n' => "\\n",
        (byte)'\r' => "\\r",
        (byte)'\\' => "\\\\",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\x{each:x2}"),
    };
}
