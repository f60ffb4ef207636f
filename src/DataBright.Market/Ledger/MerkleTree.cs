using System.Buffers.Binary;
using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>A Keccak Merkle tree whose proofs OpenZeppelin's <c>MerkleProof</c> accepts.</summary>
/// <remarks>
/// Pairs are sorted before hashing, so a proof carries no directions; the shape is that of OpenZeppelin's JavaScript library
/// with the leaves left in the order given. Leaves are hashed twice (<see cref="Leaf"/>), so that an inner node, which
/// is a hash of 64 bytes, can never be passed off as a leaf.
/// </remarks>
public sealed class MerkleTree
{
    // A complete binary tree in an array: the children of node i are 2i+1 and 2i+2, and leaf k is node 2n-2-k.
    private readonly Hash32[] _nodes;

    public MerkleTree(IReadOnlyList<Hash32> leaves)
    {
        if (leaves.Count == 0) throw new ArgumentException("A Merkle tree needs at least one leaf.", nameof(leaves));
        Count = leaves.Count;
        _nodes = new Hash32[2 * Count - 1];
        for (int i = 0; i < Count; i++) _nodes[NodeOf(i)] = leaves[i];
        for (int i = Count - 2; i >= 0; i--) _nodes[i] = Pair(_nodes[2 * i + 1], _nodes[2 * i + 2]);
    }

    /// <summary>How many leaves there are.</summary>
    public int Count { get; }

    public Hash32 Root => _nodes[0];

    /// <summary>A leaf for ABI-encoded bytes: <c>keccak256(bytes.concat(keccak256(encoded)))</c>.</summary>
    public static Hash32 Leaf(ReadOnlySpan<byte> encoded) => Keccak.Hash(Keccak.Hash(encoded).AsSpan());

    /// <summary>A leaf for a hash at a place in a list: the leaf of <c>abi.encode(uint256 index, bytes32 value)</c>.</summary>
    public static Hash32 Leaf(long index, Digest value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        Span<byte> encoded = stackalloc byte[64];
        encoded.Clear();
        BinaryPrimitives.WriteInt64BigEndian(encoded[24..], index);
        value.CopyTo(encoded[32..]);
        return Leaf(encoded);
    }

    /// <summary>The hashes beside the way from a leaf to the root, from the bottom up.</summary>
    public IReadOnlyList<Hash32> ProofOf(int leaf)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(leaf);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(leaf, Count);
        var proof = new List<Hash32>();
        for (int node = NodeOf(leaf); node > 0; node = (node - 1) / 2)
            proof.Add(_nodes[node % 2 == 1 ? node + 1 : node - 1]);
        return proof;
    }

    /// <summary>Whether a leaf is under a root, by the same computation as the contracts.</summary>
    public static bool Verify(Hash32 root, Hash32 leaf, IReadOnlyList<Hash32> proof) => RootOf(leaf, proof) == root;

    /// <summary>The root that a proof leads to.</summary>
    public static Hash32 RootOf(Hash32 leaf, IReadOnlyList<Hash32> proof)
    {
        var node = leaf;
        foreach (var beside in proof) node = Pair(node, beside);
        return node;
    }

    private int NodeOf(int leaf) => 2 * Count - 2 - leaf;

    private static Hash32 Pair(Hash32 left, Hash32 right)
    {
        Span<byte> both = stackalloc byte[2 * Hash32.Size];
        var (first, second) = left < right ? (left, right) : (right, left);
        first.CopyTo(both);
        second.CopyTo(both[Hash32.Size..]);
        return Keccak.Hash(both);
    }
}
