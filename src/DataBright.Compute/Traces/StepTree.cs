using System.Security.Cryptography;

namespace DataBright.Compute.Traces;

/// <summary>
/// The Merkle tree over a task's trace: leaf i is the hash of the state after step i, leaf 0 the state before the first.
/// Its shape is fixed by the number of leaves (RFC 6962), so a proof shows not only that a hash is in the trace but that it is at step i:
/// nobody can commit to two answers for one step.
/// </summary>
public static class StepTree
{
    private const int NodeBytes = 1 + 2 * Hash32.Size;

    /// <summary>The root over all leaves.</summary>
    public static Digest Root(ReadOnlySpan<Digest> leaves) => HashOf(leaves);

    /// <summary>The hash of the node that covers some of the leaves.</summary>
    /// <exception cref="ArgumentException">The tree has no such node.</exception>
    public static Digest NodeHash(ReadOnlySpan<Digest> leaves, StepRange node)
    {
        RequireNode(node, leaves.Length);
        return HashOf(leaves.Slice(node.First, node.Count));
    }

    /// <summary>The siblings that lead from leaf <paramref name="index"/> to the root, lowest first.</summary>
    public static StepProof Prove(ReadOnlySpan<Digest> leaves, int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)leaves.Length, nameof(index));
        var siblings = new List<Digest>();
        var node = new StepRange(0, leaves.Length);
        while (!node.IsLeaf)
        {
            var (left, right) = node.Children();
            var goesLeft = left.Contains(index);
            var sibling = goesLeft ? right : left;
            siblings.Add(HashOf(leaves.Slice(sibling.First, sibling.Count)));
            node = goesLeft ? left : right;
        }

        siblings.Reverse();
        return new StepProof(index, leaves[index], siblings);
    }

    /// <summary>Whether <paramref name="proof"/> shows its leaf at its place in the tree of that root and size.</summary>
    public static bool Verify(Digest root, int leafCount, StepProof proof)
    {
        if (proof.Step < 0 || proof.Step >= leafCount || proof.Siblings.Count > 40) return false;
        Span<bool> isLeft = stackalloc bool[40];
        var depth = 0;
        for (var node = new StepRange(0, leafCount); !node.IsLeaf; depth++)
        {
            var (left, right) = node.Children();
            isLeft[depth] = left.Contains(proof.Step);
            node = isLeft[depth] ? left : right;
        }

        if (proof.Siblings.Count != depth) return false;
        var hash = LeafHash(proof.State);
        for (var i = 0; i < depth; i++)
            hash = isLeft[depth - 1 - i] ? NodeHash(hash, proof.Siblings[i]) : NodeHash(proof.Siblings[i], hash);
        return hash == root;
    }

    /// <summary>The hash of a leaf. Its prefix keeps a leaf from being taken for an inner node.</summary>
    public static Digest LeafHash(Digest state)
    {
        Span<byte> bytes = stackalloc byte[1 + Hash32.Size];
        bytes[0] = 0;
        state.CopyTo(bytes[1..]);
        return Sha256(bytes);
    }

    /// <summary>The hash of an inner node.</summary>
    public static Digest NodeHash(Digest left, Digest right)
    {
        Span<byte> bytes = stackalloc byte[NodeBytes];
        bytes[0] = 1;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[(1 + Hash32.Size)..]);
        return Sha256(bytes);
    }

    /// <exception cref="ArgumentException">The tree over that many leaves has no such node.</exception>
    public static void RequireNode(StepRange node, int leafCount)
    {
        var at = new StepRange(0, leafCount);
        while (at != node && !at.IsLeaf)
        {
            var (left, right) = at.Children();
            at = left.Contains(node.First) ? left : right;
        }

        if (at != node)
            throw new ArgumentException($"A tree over {leafCount} leaves has no node that covers {node.Count} leaves from {node.First}.",
                nameof(node));
    }

    private static Digest HashOf(ReadOnlySpan<Digest> leaves)
    {
        if (leaves.Length == 1) return LeafHash(leaves[0]);
        var left = new StepRange(0, leaves.Length).Children().Left.Count;
        return NodeHash(HashOf(leaves[..left]), HashOf(leaves[left..]));
    }

    private static Digest Sha256(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Hash32.Size];
        SHA256.HashData(bytes, hash);
        return new Digest(hash);
    }
}
