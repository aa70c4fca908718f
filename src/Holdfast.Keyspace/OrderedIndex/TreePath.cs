using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>The inner nodes from the root to a leaf, the child taken in each, and each node's fences. Lives on the stack.</summary>
internal unsafe ref struct TreePath
{
    // Inner nodes but the root have two children at least: 32 levels hold more keys than there is memory.
    public const int MaxDepth = 32;

    private readonly Span<Step> _steps;

    public TreePath(Span<Step> steps) => _steps = steps;

    public int Depth { get; private set; }

    public TreeLeaf* Leaf { get; private set; }

    public Fences LeafFences { get; private set; }

    public ref Step this[int depth] => ref _steps[depth];

    /// <summary>Goes down to the leaf that a key belongs to.</summary>
    public void Descend(TreeNode* root, ReadOnlySpan<byte> key)
    {
        Fences fences = default;
        TreeNode* node = root;
        Depth = 0;
        while (node->Level > 0)
        {
            var inner = (TreeInner*)node;
            int index = inner->IndexOf(key);
            _steps[Depth++] = new Step { Inner = inner, Index = index, Fences = fences };
            fences = inner->FencesOf(index, fences);
            node = inner->ChildAt(index);
        }

        Leaf = (TreeLeaf*)node;
        LeafFences = fences;
    }

    internal struct Step
    {
        public TreeInner* Inner;
        public int Index;
        public Fences Fences;
    }
}
