using Holdfast.Api;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Target;

/// <summary>Finds the key that a call names, in its path or as <c>?key=</c>.</summary>
internal static class KeyInTarget
{
    private const string Advice = "Name the key as ?key=, percent-encoded.";

    /// <summary>
    /// The key of a path's encoded remainder. A zero byte and the segments <c>.</c> and <c>..</c>, encoded or not, are refused:
    /// clients and proxies on the way rewrite them, and so would address another key.
    /// </summary>
    public static Problem? FromPath(ReadOnlySpan<char> encoded, out byte[] key)
    {
        key = [];
        if (!PercentEncoding.TryDecode(encoded, out byte[]? decoded))
        {
            return Problem.Of(FaultCode.InvalidKey, "The key in the path is not percent-encoded as it should be.");
        }

        if (decoded.AsSpan().Contains((byte)0))
        {
            return Problem.Of(FaultCode.InvalidKey, $"A key with a zero byte can't stand in a path. {Advice}");
        }

        foreach (Range segment in MemoryExtensions.Split(decoded, (byte)'/'))
        {
            if (decoded.AsSpan(segment) is [(byte)'.'] or [(byte)'.', (byte)'.'])
            {
                return Problem.Of(FaultCode.InvalidKey, $"A key with a segment '.' or '..' can't stand in a path. {Advice}");
            }
        }

        key = decoded;
        return Check(key);
    }

    /// <summary>The key that the query names.</summary>
    public static Problem? FromQuery(QueryParameters query, out byte[] key)
    {
        bool isNamed = query.TryGet("key", out byte[]? named);
        key = named ?? [];
        return isNamed ? Check(key) : Problem.Of(FaultCode.BadRequest, $"The call names no key. {Advice}");
    }

    /// <summary>Whether a key has a length that keys may have.</summary>
    public static Problem? Check(ReadOnlySpan<byte> key) => key.Length switch
    {
        0 => Problem.Of(FaultCode.InvalidKey, "A key has at least one byte."),
        > Limits.MaxKeyBytes => Problem.Of(FaultCode.KeyTooLarge, $"A key has at most {Limits.MaxKeyBytes} bytes."),
        _ => null,
    };
}
