namespace Holdfast.Keyspace;

/// <content>Shrinking.</content>
internal sealed unsafe partial class OrderedTree<TOrder>
{
    // Merges the path's leaf with a neighbour under the same parent, if they fit well into one. An empty leaf fits always, and
    // there is always a neighbour, since inner nodes have two children at least.
    private void TryMergeLeaf(ref TreePath path)
    {
        ref TreePath.Step step = ref path[path.Depth - 1];
        TreeInner* parent = step.Inner;
        int at = step.Index + 1 < parent->Node.Count ? step.Index : step.Index - 1;
        var left = (TreeLeaf*)parent->ChildAt(at);
        var right = (TreeLeaf*)parent->ChildAt(at + 1);
        int total = left->Node.Count + right->Node.Count;
        if (total > TreeLeaf.MergedAtMost && left->Node.Count > 0 && right->Node.Count > 0)
        {
            return;
        }

        left->Reskip<TOrder>(step.Fences.Narrow(parent->SeparatorAt(at), parent->SeparatorAt(at + 2)).CommonPrefix);
        right->MoveTo<TOrder>(0, left);
        left->Next = right->Next;
        TreeLeaf.Free(heap, right);
        Separator.Free(heap, parent->SeparatorAt(at + 1));
        parent->RemoveAt(at + 1);
        ShrinkInner(ref path, path.Depth - 1);
    }

    // Merges the inner node at a depth with a neighbour, if it has become small; takes the root away when it has one child left.
    private void ShrinkInner(ref TreePath path, int depth)
    {
        TreeInner* shrunk = path[depth].Inner;
        if (depth == 0)
        {
            if (shrunk->Node.Count == 1)
            {
                _root = shrunk->ChildAt(0);
                TreeInner.Free(heap, shrunk);
            }

            return;
        }

        if (shrunk->Node.Count >= TreeInner.MergeBelow)
        {
            return;
        }

        ref TreePath.Step step = ref path[depth - 1];
        TreeInner* parent = step.Inner;
        int at = step.Index + 1 < parent->Node.Count ? step.Index : step.Index - 1;
        var left = (TreeInner*)parent->ChildAt(at);
        var right = (TreeInner*)parent->ChildAt(at + 1);
        if (left->Node.Count + right->Node.Count > TreeInner.MergedAtMost && shrunk->Node.Count > 1)
        {
            return;
        }

        left->Reskip(step.Fences.Narrow(parent->SeparatorAt(at), parent->SeparatorAt(at + 2)).CommonPrefix);
        right->MoveTo(0, left, before: parent->SeparatorAt(at + 1));
        TreeInner.Free(heap, right);
        parent->RemoveAt(at + 1);
        ShrinkInner(ref path, depth - 1);
    }
}
