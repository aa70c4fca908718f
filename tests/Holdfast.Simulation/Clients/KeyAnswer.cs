using System.Text;
using Holdfast.Api;

namespace Holdfast.Simulation;

/// <summary>What an answer about several keys says of one.</summary>
/// <param name="Key">The key.</param>
/// <param name="Found">It exists; of a write: it existed before.</param>
/// <param name="Value">The value, of a read.</param>
/// <param name="Number">The sum of an increment.</param>
/// <param name="Length">The value's length.</param>
/// <param name="Revision">The key's revision, after a write.</param>
public readonly record struct KeyAnswer(string Key, bool Found, string Value, long Number, long Length, ulong Revision)
{
    /// <summary>What the reply to a batch says of each of its operations.</summary>
    internal static KeyAnswer[] OfBatch(IReadOnlyList<ClientOperation> parts, string payload)
    {
        var answers = new List<KeyAnswer>(parts.Count);
        ReadOnlySpan<byte> rest = Encoding.Latin1.GetBytes(payload);
        while (answers.Count < parts.Count && BatchItem.TryRead(ref rest, out BatchItem item))
        {
            bool found = item.Flags.HasFlag(BatchItemFlags.Found);
            string value = Encoding.Latin1.GetString(item.Payload);
            answers.Add(new KeyAnswer(parts[answers.Count].Key, found, value, item.Number, item.Length, item.Revision.Value));
        }

        return [.. answers];
    }

    /// <summary>The pairs of a page.</summary>
    internal static KeyAnswer[] OfPage(string payload)
    {
        List<KeyAnswer> answers = [];
        ReadOnlySpan<byte> rest = Encoding.Latin1.GetBytes(payload);
        while (PageItem.TryRead(ref rest, out PageItem item))
        {
            string value = Encoding.Latin1.GetString(item.Value);
            answers.Add(new KeyAnswer(Encoding.Latin1.GetString(item.Key), true, value, 0, value.Length, item.Revision.Value));
        }

        return [.. answers];
    }

    /// <summary>The key and what was told.</summary>
    public override string ToString() => Value.Length > 0 ? $"'{Key}' is '{Value}'" : $"'{Key}' {(Found ? "found" : "absent")}, number {Number}";
}
