using System.Buffers.Binary;
using System.Numerics;

namespace Holdfast.Keyspace;

/// <summary>
/// SipHash-1-3 (Aumasson and Bernstein 2012): a keyed hash whose collisions can't be made without the key. The order of iteration
/// and the checksums rest on it, so it never changes. A mask keeps some of the bits only, so that tests can have collisions.
/// </summary>
internal readonly struct SipHash13(ulong key0, ulong key1, ulong mask = ulong.MaxValue)
{
    /// <summary>The hash that a cluster's seed gives.</summary>
    public static SipHash13 OfSeed(ulong seed, ulong mask = ulong.MaxValue) =>
        new(seed, BitOperations.RotateLeft(seed, 32) ^ 0x9E37_79B9_7F4A_7C15, mask);

    public ulong Hash(ReadOnlySpan<byte> data)
    {
        var state = new State(key0, key1);
        ulong last = (ulong)data.Length << 56;
        while (data.Length >= sizeof(ulong))
        {
            state.Absorb(BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        for (int i = 0; i < data.Length; i++)
        {
            last |= (ulong)data[i] << (8 * i);
        }

        state.Absorb(last);
        return state.Finish() & mask;
    }

    private struct State(ulong key0, ulong key1)
    {
        private ulong _v0 = key0 ^ 0x736F_6D65_7073_6575;
        private ulong _v1 = key1 ^ 0x646F_7261_6E64_6F6D;
        private ulong _v2 = key0 ^ 0x6C79_6765_6E65_7261;
        private ulong _v3 = key1 ^ 0x7465_6462_7974_6573;

        public void Absorb(ulong word)
        {
            _v3 ^= word;
            Round();
            _v0 ^= word;
        }

        public ulong Finish()
        {
            _v2 ^= 0xFF;
            Round();
            Round();
            Round();
            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        private void Round()
        {
            _v0 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v0 = BitOperations.RotateLeft(_v0, 32);
            _v2 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
