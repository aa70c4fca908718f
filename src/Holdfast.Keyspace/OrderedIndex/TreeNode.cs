using System.Runtime.InteropServices;

namespace Holdfast.Keyspace;

/// <summary>What leaves and inner nodes of the <see cref="OrderedTree{TOrder}"/> begin with.</summary>
[StructLayout(LayoutKind.Sequential, Size = HeadSize)]
internal struct TreeNode
{
    public const int HeadSize = 16;

    /// <summary>The keys of a leaf, or the children of an inner node.</summary>
    public ushort Count;

    /// <summary>The length of the prefix that all keys of the node share, after which its heads begin.</summary>
    public ushort Skip;

    /// <summary>Zero for a leaf; else one more than its children's.</summary>
    public ushort Level;
}
