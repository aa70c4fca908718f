using Holdfast.Api;

namespace Holdfast.Client.Listing;

/// <summary>The one range of keys that the bounds of a listing come to.</summary>
/// <param name="Start">The first key; empty is from the first of all.</param>
/// <param name="AfterStart">Whether the start itself is left out.</param>
/// <param name="End">The first key not to list; empty is to the last.</param>
internal readonly record struct ListRange(ReadOnlyMemory<byte> Start, bool AfterStart, ReadOnlyMemory<byte> End)
{
    public static ListRange Of(ListOptions options)
    {
        byte[] prefixEnd = KeyRange.EndOfPrefix(options.Prefix.Span);
        ReadOnlyMemory<byte> start = Compare(options.Start, options.Prefix) > 0 ? options.Start : options.Prefix;
        bool after = !options.After.IsEmpty && Compare(options.After, start) >= 0;
        bool endFirst = !options.End.IsEmpty && (prefixEnd.Length == 0 || Compare(options.End, prefixEnd) < 0);
        return new ListRange(after ? options.After : start, after, endFirst ? options.End : prefixEnd);
    }

    /// <summary>Whether no key is in it: its end does not come after its start.</summary>
    public bool IsEmpty => !End.IsEmpty && Compare(Start, End) >= 0;

    private static int Compare(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right) => left.Span.SequenceCompareTo(right.Span);
}
