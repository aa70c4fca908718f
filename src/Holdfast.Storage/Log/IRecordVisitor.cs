using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>Receives the records of a log at recovery, in the order in which they were appended.</summary>
public interface IRecordVisitor
{
    /// <summary>A group's hard state; the last one counts. The span is valid during the call.</summary>
    void State(GroupId group, ReadOnlySpan<byte> payload);

    /// <summary>
    /// Entries of a group, which replace earlier ones from <paramref name="first"/> on. Without entries
    /// (<paramref name="last"/> before <paramref name="first"/>) it only removes those. The span is valid during the call.
    /// </summary>
    void Entries(GroupId group, LogIndex first, LogIndex last, ReadOnlySpan<byte> payload);

    /// <summary>The group was forgotten here: drop what came before.</summary>
    void Forgotten(GroupId group);

    /// <summary>All groups were forgotten here: drop what came before.</summary>
    void AllForgotten();
}
