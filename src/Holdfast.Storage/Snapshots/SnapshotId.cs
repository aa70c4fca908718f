using System.Globalization;
using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>What a snapshot of a group stands for: the index and term of the last entry that it covers.</summary>
public readonly record struct SnapshotId(LogIndex Index, Term Term)
{
    /// <summary>Index and term: <c>1200-3</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index.Value}-{Term.Value}");
}
