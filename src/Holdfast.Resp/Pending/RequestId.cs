using Holdfast.Primitives;

namespace Holdfast.Resp.Pending;

/// <summary>Request ids: the number of the command in the high bits, and in the low bits which of its requests it is.</summary>
internal static class RequestId
{
    private const int PartBits = 20;
    private const ulong PartMask = (1UL << PartBits) - 1;

    /// <summary>The id of one request of a command.</summary>
    public static ulong Of(ulong command, int part)
    {
        Invariant.Require((ulong)part <= PartMask, "a command has fewer requests than arguments");
        return (command << PartBits) | (uint)part;
    }

    /// <summary>The command that a request belongs to.</summary>
    public static ulong Command(ulong id) => id >> PartBits;

    /// <summary>Which of its command's requests it is.</summary>
    public static int Part(ulong id) => (int)(id & PartMask);
}
