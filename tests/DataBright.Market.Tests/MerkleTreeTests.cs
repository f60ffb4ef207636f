using System.Text;

namespace DataBright.Market.Tests;

public sealed class MerkleTreeTests
{
    private sealed record PeerTree(string[] Leaves, string Root, string[][] Proofs);

    [Fact]
    public async Task Leaves_root_and_proofs_are_those_of_a_tree_written_in_another_language()
    {
        int[] counts = [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 100];

        var trees = await Peer.AskAsync<PeerTree[]>("merkle.mjs", counts.Select(count => Values(count).Select(value => "0x" + value)));

        foreach (var (count, peer) in counts.Zip(trees))
        {
            var leaves = Values(count).Select((value, i) => MerkleTree.Leaf(i, value)).ToArray();
            var tree = new MerkleTree(leaves);
            leaves.Select(leaf => leaf.ToString()).ShouldBe(peer.Leaves);
            tree.Root.ToString().ShouldBe(peer.Root);
            for (int i = 0; i < count; i++) tree.ProofOf(i).Select(hash => hash.ToString()).ShouldBe(peer.Proofs[i]);
        }
    }

    [Fact]
    public void Every_leaf_is_proved_and_nothing_else_is()
    {
        for (int count = 1; count <= 40; count++)
        {
            var leaves = Values(count).Select((value, i) => MerkleTree.Leaf(i, value)).ToArray();
            var tree = new MerkleTree(leaves);
            for (int i = 0; i < count; i++)
            {
                var proof = tree.ProofOf(i);
                MerkleTree.Verify(tree.Root, leaves[i], proof).ShouldBeTrue();
                MerkleTree.Verify(tree.Root, MerkleTree.Leaf(i + 1, Values(count)[i]), proof).ShouldBeFalse();
                MerkleTree.Verify(tree.Root, MerkleTree.Leaf(i, Digest.Of("other"u8)), proof).ShouldBeFalse();
                if (proof.Count > 0) MerkleTree.Verify(tree.Root, leaves[i], [.. proof.Skip(1)]).ShouldBeFalse();
                MerkleTree.Verify(tree.Root, leaves[i], [.. proof, Hash32.Zero]).ShouldBeFalse();
            }
        }
    }

    [Fact]
    public void The_order_of_the_leaves_matters()
    {
        var leaves = Values(4).Select((value, i) => MerkleTree.Leaf(i, value)).ToArray();
        var other = new[] { Values(4)[1], Values(4)[0], Values(4)[2], Values(4)[3] }
            .Select((value, i) => MerkleTree.Leaf(i, value)).ToArray();
        new MerkleTree(leaves).Root.ShouldNotBe(new MerkleTree(other).Root);
    }

    [Fact]
    public void A_tree_without_leaves_is_refused() => Should.Throw<ArgumentException>(() => new MerkleTree([]));

    [Fact]
    public void A_leaf_outside_the_tree_is_refused()
    {
        var tree = new MerkleTree([Hash32.Zero]);
        Should.Throw<ArgumentOutOfRangeException>(() => tree.ProofOf(1));
        Should.Throw<ArgumentOutOfRangeException>(() => tree.ProofOf(-1));
    }

    private static Digest[] Values(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Digest.Of(Encoding.UTF8.GetBytes($"value {i}")))];
}
