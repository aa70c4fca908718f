using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Holdfast.Primitives;

namespace Holdfast.Api;

/// <summary>
/// Where a watch stands: up to which revision of each partition everything was told. Opaque to users, who give it back to go on from
/// there, at any node. As text it is base64url, without padding, of
/// <code>u8 format (1)   varint fingerprint of the cluster's id   varint epoch   varint partitions   a varint revision for each</code>
/// (little-endian base 128, as Protobuf's). Immutable.
/// </summary>
public sealed class WatchToken
{
    private const byte Format = 1;

    // Of a u64: seven bits a byte.
    private const int MaxVarintBytes = 10;

    private readonly Revision[] _positions;

    /// <summary>A token.</summary>
    /// <param name="cluster">What <see cref="FingerprintOf"/> gives for the cluster's id.</param>
    /// <param name="epoch">The cluster's epoch, which a restore raises.</param>
    /// <param name="positions">For each partition the revision up to which everything was told. Copied.</param>
    public WatchToken(uint cluster, uint epoch, ReadOnlySpan<Revision> positions)
    {
        Cluster = cluster;
        Epoch = epoch;
        _positions = positions.ToArray();
    }

    /// <summary>A fingerprint of the cluster that the token is of: revisions of another mean nothing.</summary>
    public uint Cluster { get; }

    /// <summary>The cluster's epoch.</summary>
    public uint Epoch { get; }

    /// <summary>For each partition the revision up to which everything was told.</summary>
    public ReadOnlySpan<Revision> Positions => _positions;

    /// <summary>The fingerprint of a cluster's id.</summary>
    public static uint FingerprintOf(string clusterId) => Crc32C.Compute(System.Text.Encoding.UTF8.GetBytes(clusterId));

    /// <summary>The token as text of letters, digits, <c>-</c> and <c>_</c>.</summary>
    public override string ToString()
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(1 + ((3 + _positions.Length) * MaxVarintBytes));
        try
        {
            bytes[0] = Format;
            int at = 1;
            Put(bytes, ref at, Cluster);
            Put(bytes, ref at, Epoch);
            Put(bytes, ref at, (ulong)_positions.Length);
            foreach (Revision position in _positions)
            {
                Put(bytes, ref at, position.Value);
            }

            return Base64Url.EncodeToString(bytes.AsSpan(0, at));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Reads a token; false when the text is none, or of a format that this version does not know.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out WatchToken? token)
    {
        token = null;
        byte[] bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromChars(text, bytes, out int read, out int length) != OperationStatus.Done || read != text.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> input = bytes.AsSpan(0, length);
        if (input.IsEmpty || input[0] != Format)
        {
            return false;
        }

        input = input[1..];
        if (!TryTake(ref input, uint.MaxValue, out ulong cluster)
            || !TryTake(ref input, uint.MaxValue, out ulong epoch)
            || !TryTake(ref input, (ulong)input.Length, out ulong partitions))
        {
            return false;
        }

        var positions = new Revision[partitions];
        foreach (ref Revision position in positions.AsSpan())
        {
            if (!TryTake(ref input, long.MaxValue, out ulong revision))
            {
                return false;
            }

            position = new Revision(revision);
        }

        token = input.IsEmpty ? new WatchToken((uint)cluster, (uint)epoch, positions) : null;
        return token is not null;
    }

    private static void Put(Span<byte> output, ref int at, ulong number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            output[at++] = (byte)(number | 0x80);
        }

        output[at++] = (byte)number;
    }

    private static bool TryTake(scoped ref ReadOnlySpan<byte> input, ulong max, out ulong number)
    {
        number = 0;
        for (int i = 0; i < Math.Min(input.Length, MaxVarintBytes - 1); i++)
        {
            number |= (ulong)(input[i] & 0x7F) << (7 * i);
            if ((input[i] & 0x80) == 0)
            {
                input = input[(i + 1)..];
                return number <= max;
            }
        }

        return false;
    }
}
