using System.Globalization;
using System.Text;

namespace Holdfast.Storage.Tests.Fakes;

/// <summary>Frozen file contents, as lines of sixteen bytes with their offset; lines of zeros are left out.</summary>
internal static partial class Golden
{
    public static string Describe(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        for (int at = 0; at < bytes.Length; at += 16)
        {
            ReadOnlySpan<byte> line = bytes[at..Math.Min(at + 16, bytes.Length)];
            if (line.ContainsAnyExcept((byte)0))
            {
                text.Append(CultureInfo.InvariantCulture, $"{at:x4} {Convert.ToHexStringLower(line)}\n");
            }
        }

        return text.ToString();
    }

    public static byte[] Bytes(string description, int length)
    {
        var bytes = new byte[length];
        foreach (string line in description.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Convert.FromHexString(line[5..]).CopyTo(bytes, int.Parse(line[..4], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }

        return bytes;
    }
}
