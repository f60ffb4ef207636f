using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;

namespace DataBright.Compute.Traces;

public sealed class StepTreeTests
{
    /// <summary>The slow obvious twin: RFC 6962, section 2.1, word for word.</summary>
    private static byte[] Mth(byte[][] d)
    {
        if (d.Length == 1) return SHA256.HashData([0, .. d[0]]);
        var k = 1;
        while (k * 2 < d.Length) k *= 2;
        return SHA256.HashData([1, .. Mth(d[..k]), .. Mth(d[k..])]);
    }

    [Fact]
    public void The_root_is_the_Merkle_tree_hash_of_RFC_6962()
    {
        for (var n = 1; n <= 70; n++)
            StepTree.Root(Leaves(n)).ToArray().ShouldBe(Mth([.. Leaves(n).Select(leaf => leaf.ToArray())]), $"{n} leaves");
    }

    [Fact]
    public void Every_leaf_of_every_size_is_proved_at_its_place_and_at_no_other()
    {
        for (var n = 1; n <= 40; n++)
        {
            var leaves = Leaves(n);
            var root = StepTree.Root(leaves);
            for (var i = 0; i < n; i++)
            {
                var proof = StepTree.Prove(leaves, i);
                StepTree.Verify(root, n, proof).ShouldBeTrue();
                for (var j = 0; j < n; j++)
                    if (j != i) StepTree.Verify(root, n, proof with { Step = j }).ShouldBeFalse($"leaf {i} of {n} passes for leaf {j}");
            }
        }
    }

    [Fact]
    public void A_proof_with_anything_changed_proves_nothing() => Prop.ForAll(
        Gen.Choose(1, 300).SelectMany(n => Gen.Choose(0, n - 1), (n, i) => (n, i)).ToArbitrary(),
        Gen.Choose(0, 255).ToArbitrary(),
        (at, bit) =>
        {
            var leaves = Leaves(at.n);
            var (root, proof) = (StepTree.Root(leaves), StepTree.Prove(leaves, at.i));
            StepTree.Verify(root, at.n, proof).ShouldBeTrue();
            StepTree.Verify(Flip(root, bit), at.n, proof).ShouldBeFalse();
            StepTree.Verify(root, at.n, proof with { State = Flip(proof.State, bit) }).ShouldBeFalse();
            StepTree.Verify(root, at.n, proof with { Siblings = [.. proof.Siblings, default] }).ShouldBeFalse();
            StepTree.Verify(root, at.n, proof with { Step = -1 }).ShouldBeFalse();
            StepTree.Verify(root, at.n, proof with { Step = at.n }).ShouldBeFalse();
            for (var s = 0; s < proof.Siblings.Count; s++)
                StepTree.Verify(root, at.n, proof
                    with { Siblings = [.. proof.Siblings.Select((sibling, k) => k == s ? Flip(sibling, bit) : sibling)] }).ShouldBeFalse();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithReplay(new Replay(new Rnd(7, 11), null)));

    [Fact]
    public void Opening_nodes_from_the_root_leads_to_the_first_leaf_that_differs() => Prop.ForAll(
        Gen.Choose(2, 500).SelectMany(n => Gen.Choose(0, n - 1), (n, i) => (n, i)).ToArbitrary(),
        at =>
        {
            var (mine, theirs) = (Leaves(at.n), Leaves(at.n));
            for (var i = at.i; i < at.n; i += 3) theirs[i] = Digest.Of([1, 2, 3, (byte)i]);
            var node = new StepRange(0, at.n);
            var levels = 0;
            while (!node.IsLeaf)
            {
                var (left, right) = node.Children();
                node = StepTree.NodeHash(mine, left) != StepTree.NodeHash(theirs, left) ? left : right;
                levels++;
            }

            node.First.ShouldBe(at.i);
            levels.ShouldBeLessThanOrEqualTo((int)Math.Ceiling(Math.Log2(at.n)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithReplay(new Replay(new Rnd(7, 11), null)));

    [Fact]
    public void A_tree_has_no_nodes_but_its_own()
    {
        var leaves = Leaves(11);
        StepTree.NodeHash(leaves, new StepRange(8, 3)).ShouldNotBe(default);
        foreach (var stranger in new[] { new StepRange(1, 2), new StepRange(0, 3), new StepRange(8, 4), new StepRange(11, 1),
            new StepRange(0, 0) })
            Should.Throw<ArgumentException>(() => StepTree.NodeHash(leaves, stranger), stranger.ToString());
    }

    private static Digest[] Leaves(int count) => [.. Enumerable.Range(0, count).Select(i => Digest.Of(BitConverter.GetBytes(i)))];

    private static Digest Flip(Digest digest, int bit)
    {
        var bytes = digest.ToArray();
        bytes[bit / 8] ^= (byte)(1 << bit % 8);
        return new Digest(bytes);
    }
}
