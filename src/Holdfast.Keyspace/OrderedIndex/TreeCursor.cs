namespace Holdfast.Keyspace;

/// <summary>A place among the records in key order, good until the tree's next change.</summary>
internal unsafe struct TreeCursor
{
    private TreeLeaf* _leaf;
    private int _index;

    public TreeCursor(TreeLeaf* leaf, int index)
    {
        _leaf = leaf;
        _index = index;
        SkipFinishedLeaves();
    }

    /// <summary>The record here, or none at the end.</summary>
    public readonly Record Current => _leaf == null ? Record.None : (*_leaf)[_index];

    public void MoveNext()
    {
        _index++;
        SkipFinishedLeaves();
    }

    /// <summary>Points the index at a record that takes the place of the current one, with the same key.</summary>
    public readonly void PointTo(Record replacement) => (*_leaf)[_index] = replacement;

    private void SkipFinishedLeaves()
    {
        while (_leaf != null && _index >= _leaf->Node.Count)
        {
            _leaf = _leaf->Next;
            _index = 0;
        }
    }
}
