using System.Buffers.Binary;

namespace Holdfast.Keyspace;

/// <summary>
/// Four bytes of a key as a number that compares as they do, filled up with zeros. Different heads order their keys; equal ones say
/// nothing.
/// </summary>
internal static class KeyHead
{
    public static uint Of(ReadOnlySpan<byte> key, int skip)
    {
        ReadOnlySpan<byte> rest = key[skip..];
        if (rest.Length >= sizeof(uint))
        {
            return BinaryPrimitives.ReadUInt32BigEndian(rest);
        }

        uint head = 0;
        for (int i = 0; i < sizeof(uint); i++)
        {
            head = (head << 8) | (i < rest.Length ? rest[i] : 0u);
        }

        return head;
    }
}
