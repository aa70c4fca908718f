using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>What changed, for watches.</content>
public sealed partial class Keyspace
{
    /// <summary>
    /// All changes after this revision are kept. It rises as commands are applied; after a snapshot without history it is the snapshot's
    /// revision.
    /// </summary>
    public Revision HistoryFloor => _history.Floor;

    /// <summary>
    /// The bytes of the changes kept: 32 for each, its key, and its value; of a long value that was only appended to or given other
    /// deadlines one copy in all. About what the history adds to a snapshot.
    /// </summary>
    public long HistoryBytes => _history.Bytes;

    /// <summary>
    /// Gives the changes after a revision in the order of revisions, within the query's bounds, and where to go on. Nothing is given when the
    /// revision is not yet reached, or when changes after it are not kept any more.
    /// </summary>
    public ChangesResult ReadChanges<TVisitor>(in ChangeQuery query, ref TVisitor visitor)
        where TVisitor : IChangeVisitor, allows ref struct
    {
        if (query.After >= Revision)
        {
            return new ChangesResult(query.After, More: false, HasGap: false);
        }

        return query.After < HistoryFloor
            ? new ChangesResult(HistoryFloor, More: HistoryFloor < Revision, HasGap: true)
            : _history.Read(query, ref visitor);
    }
}
