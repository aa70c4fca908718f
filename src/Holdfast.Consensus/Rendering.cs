using System.Text;

namespace Holdfast.Consensus;

/// <summary>The stable text of bytes and lists in one-line renderings.</summary>
internal static class Rendering
{
    private const int Shown = 32;

    /// <summary>Quoted when it is short printable ASCII, else the length and the first bytes in hexadecimal.</summary>
    public static string Bytes(ReadOnlySpan<byte> data)
    {
        if (data.Length <= Shown && !data.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            return $"\"{Encoding.ASCII.GetString(data)}\"";
        }

        string head = Convert.ToHexString(data[..Math.Min(data.Length, 8)]);
        return $"{data.Length}B:{head}{(data.Length > 8 ? ".." : "")}";
    }
}
