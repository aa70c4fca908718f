namespace Holdfast.Keyspace;

/// <content>Growing.</content>
internal sealed unsafe partial class OrderedTree<TOrder>
{
    private void SplitLeaf(ref TreePath path, int index, Record record)
    {
        TreeLeaf* left = path.Leaf;
        TreeLeaf* right = TreeLeaf.Create(heap);
        right->Next = left->Next;
        left->Next = right;

        // A key at an end is likely one of a rising or falling run: leave the others together, and the run fills its leaves.
        int cut = index == 0 || index == TreeLeaf.Capacity ? index : TreeLeaf.Capacity / 2;
        right->Node.Skip = left->Node.Skip;
        left->MoveTo<TOrder>(cut, right);
        if (index < cut || cut == 0)
        {
            left->Insert<TOrder>(index, record);
        }
        else
        {
            right->Insert<TOrder>(index - cut, record);
        }

        Separator* separator = Separator.Between(
            heap, TOrder.KeyOf((*left)[left->Node.Count - 1]), TOrder.KeyOf((*right)[0]));
        left->Reskip<TOrder>(path.LeafFences.Narrow(null, separator).CommonPrefix);
        right->Reskip<TOrder>(path.LeafFences.Narrow(separator, null).CommonPrefix);
        InsertChild(ref path, path.Depth - 1, (TreeNode*)left, separator, (TreeNode*)right);
    }

    // Adds a node, split off another at the depth beneath, to the inner node at a depth, which is split first when it is full.
    private void InsertChild(ref TreePath path, int depth, TreeNode* left, Separator* separator, TreeNode* right)
    {
        if (depth < 0)
        {
            TreeInner* root = TreeInner.Create(heap, left->Level + 1);
            root->Insert(0, null, left);
            root->Insert(1, separator, right);
            _root = (TreeNode*)root;
            return;
        }

        TreePath.Step step = path[depth];
        if (step.Inner->Node.Count < TreeInner.SplitAt)
        {
            step.Inner->Insert(step.Index + 1, separator, right);
            return;
        }

        int index = step.Index + 1;
        int count = step.Inner->Node.Count;
        int cut = index == count ? count - 1 : count / 2;
        TreeInner* sibling = TreeInner.Create(heap, step.Inner->Node.Level);
        Separator* raised = step.Inner->MoveTo(cut, sibling, before: null);
        step.Inner->Reskip(step.Fences.Narrow(null, raised).CommonPrefix);
        sibling->Reskip(step.Fences.Narrow(raised, null).CommonPrefix);
        if (index <= cut)
        {
            step.Inner->Insert(index, separator, right);
        }
        else
        {
            sibling->Insert(index - cut, separator, right);
        }

        InsertChild(ref path, depth - 1, (TreeNode*)step.Inner, raised, (TreeNode*)sibling);
    }
}
