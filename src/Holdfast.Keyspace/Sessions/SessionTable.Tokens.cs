using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>Commands with idempotency tokens. A token's value is the fingerprint (u64) and the result.</content>
internal sealed partial class SessionTable
{
    public const int FingerprintSize = sizeof(ulong);

    /// <summary>Finds what is stored under a token's key.</summary>
    public TokenCall Find(ReadOnlySpan<byte> key, ulong timeMs)
    {
        KeyPlace place = state.PlaceOf(Slot, key);
        Record stored = state.Find(place, Slot, key);
        return new TokenCall { Key = key, Place = place, Stored = stored, IsKept = !stored.IsNone && !stored.IsPast(timeMs) };
    }

    /// <summary>Keeps the result of a command that was carried out.</summary>
    public void Keep(
        in TokenCall call, ulong fingerprint, ulong timeMs, in ApplyResult result, ReadOnlySpan<byte> batchResults)
    {
        Span<byte> bytes = stackalloc byte[FingerprintSize];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, fingerprint);
        Store(call.Place, call.Key, call.Stored, Later(timeMs, LifeMs), bytes, result, batchResults);
    }
}

/// <summary>A token's command with what the table has of it, good until the table's next change.</summary>
internal ref struct TokenCall
{
    public ReadOnlySpan<byte> Key;
    public KeyPlace Place;

    /// <summary>What is stored under the key, and whether that still counts.</summary>
    public Record Stored;
    public bool IsKept;

    /// <summary>The fingerprint of the request that the token came with first.</summary>
    public readonly ulong Fingerprint => BinaryPrimitives.ReadUInt64LittleEndian(Stored.Value);
}
