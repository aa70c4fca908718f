using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>
/// Finds records by the order of unsigned bytes in them, called their keys here: a B+ tree whose leaves hold the addresses of records.
/// It holds 4 bytes of each key, after the prefix that a node's keys share, so that most comparisons read no record (Graefe 2011,
/// §3.5).
/// </summary>
internal sealed unsafe partial class OrderedTree<TOrder>(SlabHeap heap)
    where TOrder : struct, IRecordOrder
{
    private TreeNode* _root;

    /// <summary>The first record with a key not below <paramref name="key"/>, or above it when exclusive.</summary>
    public TreeCursor Seek(ReadOnlySpan<byte> key, bool exclusive)
    {
        if (_root == null)
        {
            return default;
        }

        TreeNode* node = _root;
        while (node->Level > 0)
        {
            node = ((TreeInner*)node)->ChildAt(((TreeInner*)node)->IndexOf(key));
        }

        var leaf = (TreeLeaf*)node;
        int index = leaf->LowerBound<TOrder>(key, out bool found);
        return new TreeCursor(leaf, found && exclusive ? index + 1 : index);
    }

    /// <summary>The place of a record that is in the index, good until the next change.</summary>
    public TreeCursor LinkOf(Record record)
    {
        TreeCursor at = Seek(TOrder.KeyOf(record), exclusive: false);
        Invariant.Require(at.Current.Equals(record), "a record that changes is in the ordered index");
        return at;
    }

    /// <summary>Adds a record whose key is not in the index.</summary>
    public void Insert(Record record)
    {
        if (_root == null)
        {
            _root = (TreeNode*)TreeLeaf.Create(heap);
        }

        var path = new TreePath(stackalloc TreePath.Step[TreePath.MaxDepth]);
        path.Descend(_root, TOrder.KeyOf(record));
        TreeLeaf* leaf = path.Leaf;
        int index = leaf->LowerBound<TOrder>(TOrder.KeyOf(record), out bool found);
        Invariant.Require(!found, "an inserted key is not in the ordered index");
        if (leaf->Node.Count < TreeLeaf.Capacity)
        {
            leaf->Insert<TOrder>(index, record);
        }
        else
        {
            SplitLeaf(ref path, index, record);
        }
    }

    /// <summary>Removes a record that is in the index.</summary>
    public void Remove(Record record)
    {
        Invariant.Require(_root != null, "a removed record is in the ordered index");
        var path = new TreePath(stackalloc TreePath.Step[TreePath.MaxDepth]);
        path.Descend(_root, TOrder.KeyOf(record));
        TreeLeaf* leaf = path.Leaf;
        int index = leaf->LowerBound<TOrder>(TOrder.KeyOf(record), out bool found);
        Invariant.Require(found && (*leaf)[index].Equals(record), "a removed record is in the ordered index");
        leaf->RemoveAt(index);
        if (path.Depth == 0)
        {
            if (leaf->Node.Count == 0)
            {
                TreeLeaf.Free(heap, leaf);
                _root = null;
            }
        }
        else if (leaf->Node.Count < TreeLeaf.MergeBelow)
        {
            TryMergeLeaf(ref path);
        }
    }
}
